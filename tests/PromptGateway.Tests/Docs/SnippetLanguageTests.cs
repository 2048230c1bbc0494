using System.Text.Json;
using PromptGateway.Tests.Deploy;

namespace PromptGateway.Tests.Docs;

/// <summary>What can be said of snippets without running them. That settings are accepted: <see cref="SnippetTests"/>.</summary>
public sealed class SnippetLanguageTests
{
    private static readonly string[] Known = ["sh", "json", "yaml", "python", "js", "csharp", "text"];

    public static TheoryData<string> Pages => [.. Snippet.Pages];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Fences_OfThePage_NameALanguageThatTestsKnow(string page)
    {
        foreach (var snippet in Snippet.Of(page))
            Known.ShouldContain(snippet.Language, snippet.Text);
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Json_OfThePage_IsJson(string page)
    {
        foreach (var snippet in Snippet.Of(page).Where(s => s.Language == "json"))
            Should.NotThrow(() => JsonDocument.Parse(snippet.Text).Dispose(), snippet.Text);
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Yaml_OfThePage_IsYaml(string page)
    {
        foreach (var snippet in Snippet.Of(page).Where(s => s.Language == "yaml"))
            YamlFile.All(snippet.Text).ShouldHaveSingleItem();
    }

    [Fact]
    public void Code_ThatMakesAClient_NamesAddressAndKeyOfTheGateway()
    {
        var code = ((string[])["python", "js", "csharp"]).SelectMany(Snippet.All).ToArray();

        code.Length.ShouldBeGreaterThan(6);
        foreach (var snippet in code)
        {
            snippet.Text.ShouldContain(
                "http://127.0.0.1:8080" + (snippet.Text.Contains("Anthropic", StringComparison.Ordinal) ? "" : "/v1")
            );
            snippet.Text.ShouldMatch("(?i)key");
            // A provider's key has no place in an app behind the gateway.
            snippet.Text.ShouldNotContain("sk-");
        }
    }
}
