using PromptGateway.Keys;
using PromptGateway.Tests.Gateway;

namespace PromptGateway.Tests.Keys;

public sealed class SeenSecretTests
{
    private const string Header = "Bearer pg-0123456789abcdef";
    private readonly SeenSecret _seen = new();

    [Fact]
    public void TryGet_SameHeaderAgain_GivesItsHash()
    {
        var hash = KeyHash.Of("secret");
        _seen.Keep(Header, hash);
        _seen.TryGet(Header, out var found).ShouldBeTrue();
        found.ShouldBe(hash);
    }

    [Fact]
    public void TryGet_EqualTextOfAnotherString_IsNotCompared()
    {
        _seen.Keep(Header, KeyHash.Of("secret"));
        _seen.TryGet(new string(Header), out _).ShouldBeFalse();
    }

    [Fact]
    public void TryGet_OlderHeader_IsForgotten()
    {
        _seen.Keep(Header, KeyHash.Of("one"));
        _seen.Keep("Bearer two", KeyHash.Of("two"));
        _seen.TryGet(Header, out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Connection_ThatChangesItsKey_IsAskedForItEachTime()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var client = await RawClient.ConnectAsync(gateway);
        async Task<int> AskAsync(string key)
        {
            await client.SendAsync($"POST /v1/chat/completions HTTP/1.1\r\nHost: gateway\r\nContent-Length: 2\r\n{key}\r\n{{}}");
            return (await client.ReadAnswerAsync()).Status;
        }
        const string Good = $"Authorization: Bearer {TestGateway.ApiKey}\r\n";

        int[] answers =
        [
            await AskAsync(Good),
            await AskAsync(Good),
            await AskAsync("Authorization: Bearer test-api-key-0123456789abcdeX\r\n"),
            await AskAsync(Good),
            await AskAsync(""),
            await AskAsync("Authorization: Bearer short\r\n"),
        ];

        // A request without a model is refused only behind the key.
        answers.ShouldBe([400, 400, 401, 400, 401, 401]);
    }
}
