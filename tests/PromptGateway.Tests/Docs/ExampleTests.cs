using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using PromptGateway.Tests.Gateway;

namespace PromptGateway.Tests.Docs;

/// <summary>The README's prompt before and after is what a gateway makes of it.</summary>
public sealed class ExampleTests
{
    [Theory]
    [InlineData("safe")]
    [InlineData("lossless")]
    public async Task Example_OfTheReadme_SavesWhatItSays(string policy)
    {
        await using var gateway = await TestGateway.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/prompts/optimize");
        request.Headers.Add("X-PromptGateway-Optimize", policy);
        request.Content = new StringContent(RepositoryFiles.Read("docs/examples/package-list.json"), null, "application/json");

        using var answer = await gateway.Client.SendAsync(request);

        var preview = await answer.Content.ReadFromJsonAsync<JsonElement>();
        var (before, after) = (Tokens(preview, "before"), Tokens(preview, "after"));
        var readme = RepositoryFiles.Read("README.md");
        readme.ShouldContain($"| none | {before} |");
        readme.ShouldContain(
            string.Create(CultureInfo.InvariantCulture, $"| `{policy}` | {after} | {100.0 * (before - after) / before:0.0} % |")
        );
        if (policy == "lossless")
            foreach (var line in Text(preview).Split('\n').Take(4))
                readme.ShouldContain(line);
    }

    private static int Tokens(JsonElement preview, string member) => preview.GetProperty("tokens").GetProperty(member).GetInt32();

    private static string Text(JsonElement preview) =>
        preview.GetProperty("request").GetProperty("messages")[3].GetProperty("content").GetString()!;
}
