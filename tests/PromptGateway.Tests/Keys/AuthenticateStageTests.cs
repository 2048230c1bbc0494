using System.Security.Cryptography;
using PromptGateway.Keys;
using PromptGateway.Tests.Gateway;

namespace PromptGateway.Tests.Keys;

/// <summary>Keys that stand in the wrong place.</summary>
public sealed class AuthenticateStageTests
{
    private static async Task<string> RefusedAsync(TestGateway gateway, string header, string value)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = gateway.Address };
        client.DefaultRequestHeaders.TryAddWithoutValidation(header, value);
        using var answer = await client.PostAsync(ChatRequests.Path, ChatRequests.Json(ChatRequests.Plain));
        ((int)answer.StatusCode).ShouldBe(401);
        return await answer.Content.ReadAsStringAsync();
    }

    [Theory]
    [InlineData(TestGateway.ApiKey)]
    [InlineData("Basic YTpi")]
    [InlineData("Bearer ")]
    public async Task Authorization_WithoutBearerOrKey_SaysHowToWriteIt(string value)
    {
        await using var gateway = await TestGateway.StartAsync();

        (await RefusedAsync(gateway, "Authorization", value)).ShouldContain("Authorization header has no key");
    }

    [Fact]
    public async Task GeneratedAdminKey_AsApiKey_IsToldWhatItIs()
    {
        await using var gateway = await TestGateway.StartAsync();
        var admin = KeySecret.Create(KeySecret.AdminPrefix, RandomNumberGenerator.Fill);

        (await RefusedAsync(gateway, "x-api-key", admin)).ShouldContain("admin key");
    }

    [Theory]
    [InlineData(KeySecret.ApiPrefix)]
    [InlineData(KeySecret.AdminPrefix)]
    [InlineData(null)]
    public async Task PassThrough_KeyOfAGateway_NeverGoesUpstream(string? prefix)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(
            new() { ["OPENAI_BASE_URL"] = upstream.Environment["OPENAI_BASE_URL"] },
            settings: s => s with { PassThrough = true }
        );
        var key = prefix is null ? TestGateway.AdminKey : KeySecret.Create(prefix, RandomNumberGenerator.Fill);

        await RefusedAsync(gateway, "Authorization", "Bearer " + key);

        upstream.Received.ShouldBeEmpty();
    }
}
