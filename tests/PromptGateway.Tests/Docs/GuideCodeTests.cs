using System.ClientModel;
using System.Text.RegularExpressions;
using OpenAI;
using OpenAI.Chat;
using PromptGateway.Tests.Gateway;

namespace PromptGateway.Tests.Docs;

/// <summary>The C# of the guides is code of this file, which runs.</summary>
public sealed partial class GuideCodeTests
{
    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();

    [Fact]
    public async Task CSharp_OfTheSdkGuide_GetsAnAnswer()
    {
        await using var gateway = await TestGateway.StartAsync();
        var (baseUrl, key) = (new Uri(gateway.Address, "v1").ToString(), TestGateway.ApiKey);

        var options = new OpenAIClientOptions { Endpoint = new Uri(baseUrl) };
        var client = new OpenAIClient(new ApiKeyCredential(key), options);
        ChatCompletion answer = await client.GetChatClient("gpt-4o-mini").CompleteChatAsync("Hello");

        answer.Content[0].Text.ShouldContain("simulator");
    }

    [Fact]
    public void CSharp_OfAnyPage_IsInThisFile()
    {
        var code = Flat(RepositoryFiles.Read("tests/PromptGateway.Tests/Docs/GuideCodeTests.cs"));
        var snippets = Snippet.All("csharp").ToArray();

        snippets.ShouldNotBeEmpty();
        foreach (var snippet in snippets)
            code.ShouldContain(Flat(snippet.Text.Replace("\"http://127.0.0.1:8080/v1\"", "baseUrl", StringComparison.Ordinal)));
    }

    private static string Flat(string text) => Space().Replace(text, " ").Trim();
}
