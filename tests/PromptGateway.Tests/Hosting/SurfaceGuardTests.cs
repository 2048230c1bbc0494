using System.Text.Json;
using PromptGateway.Tests.Gateway;

namespace PromptGateway.Tests.Hosting;

/// <summary>What somebody is told whose base URL is wrong.</summary>
public sealed class SurfaceGuardTests
{
    private static async Task<JsonElement> AskAsync(HttpClient client, string path, bool anthropic)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent("{}") };
        if (anthropic)
            request.Headers.Add("anthropic-version", "2023-06-01");
        using var answer = await client.SendAsync(request);
        ((int)answer.StatusCode).ShouldBe(404);
        return JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("/v1/v1/messages", true)]
    [InlineData("/v1/messages/v1/messages", true)]
    [InlineData("/v1/v1/chat/completions", false)]
    [InlineData("/v1/chat/completions/chat/completions", false)]
    [InlineData("/v1/responses/responses", false)]
    [InlineData("/chat/completions", false)]
    [InlineData("/messages", true)]
    public async Task Request_WithAWrongBaseUrl_IsToldTheRightOneInItsDialectAndGoesNowhere(string path, bool anthropic)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(upstream.Environment);

        var error = await AskAsync(gateway.Client, path, anthropic);

        error.GetProperty("error").GetProperty("message").GetString()!.ShouldContain("base URL");
        error.TryGetProperty("type", out _).ShouldBe(anthropic);
        upstream.Received.ShouldBeEmpty();
    }

    [Fact]
    public async Task Request_OnTheOtherAddress_IsToldSo()
    {
        await using var gateway = await TestGateway.StartAsync();

        (await AskAsync(gateway.Management, "/v1/chat/completions", anthropic: false)).ToString().ShouldContain("management address");
        (await AskAsync(gateway.Client, "/admin/keys", anthropic: false)).ToString().ShouldContain("management address");
    }
}
