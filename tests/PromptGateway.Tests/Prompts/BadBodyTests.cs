using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using PromptGateway.Forwarding;
using PromptGateway.Tests.Gateway;

namespace PromptGateway.Tests.Prompts;

/// <summary>Bodies that are not what they should be: refused in the client's shape, never passed on, never a 5xx.</summary>
public sealed class BadBodyTests
{
    public static TheoryData<string, byte[]> Bodies =>
        new()
        {
            { "empty", [] },
            { "space", " "u8.ToArray() },
            { "array", "[]"u8.ToArray() },
            { "string", "\"model\""u8.ToArray() },
            { "number", "12"u8.ToArray() },
            { "truncated", """{"model":"gpt-4o-mini","messages":[{"role":"""u8.ToArray() },
            { "trailing", """{"model":"gpt-4o-mini"} {}"""u8.ToArray() },
            { "trailing comma", """{"model":"gpt-4o-mini",}"""u8.ToArray() },
            { "comment", """{"model":"gpt-4o-mini"/*x*/}"""u8.ToArray() },
            { "single quotes", "{'model':'gpt-4o-mini'}"u8.ToArray() },
            { "bad UTF-8", [.. "{\"model\":\"gpt-4o-mini\",\"a\":\""u8, 0xc3, 0x28, .. "\"}"u8] },
            { "overlong UTF-8", [.. "{\"model\":\"gpt-4o-mini\",\"a\":\""u8, 0xc0, 0xaf, .. "\"}"u8] },
            { "raw control character", [.. "{\"model\":\"gpt-4o-mini\",\"a\":\""u8, 0x01, .. "\"}"u8] },
            { "duplicate model", """{"model":"gpt-4o-mini","model":"gpt-4o"}"""u8.ToArray() },
            { "duplicate escaped", """{"model":"gpt-4o-mini","mode\u006c":"gpt-4o"}"""u8.ToArray() },
            { "duplicate escaped first", """{"\u006dodel":"gpt-4o-mini","model":"gpt-4o"}"""u8.ToArray() },
            { "duplicate stream", """{"model":"gpt-4o-mini","stream":false,"stream":true}"""u8.ToArray() },
            {
                "duplicate include_usage",
                """{"model":"m","stream":true,"stream_options":{"include_usage":true,"include_usage":false}}"""u8.ToArray()
            },
            {
                "deep arrays",
                Encoding.UTF8.GetBytes("{\"model\":\"m\",\"a\":" + new string('[', 100_000) + new string(']', 100_000) + "}")
            },
            { "deep objects", Encoding.UTF8.GetBytes("{\"model\":\"m\",\"a\":" + string.Concat(Enumerable.Repeat("{\"a\":", 50_000))) },
            { "no model", """{"messages":[]}"""u8.ToArray() },
            { "null model", """{"model":null}"""u8.ToArray() },
            { "empty model", """{"model":""}"""u8.ToArray() },
            { "number model", """{"model":4}"""u8.ToArray() },
            { "object model", """{"model":{"a":1}}"""u8.ToArray() },
            { "long model", Encoding.UTF8.GetBytes("{\"model\":\"" + new string('m', 100_000) + "\"}") },
            { "string stream", """{"model":"m","stream":"true"}"""u8.ToArray() },
            { "array stream_options", """{"model":"m","stream":true,"stream_options":[]}"""u8.ToArray() },
            { "curl's form", "model=gpt-4o-mini&messages=hello"u8.ToArray() },
        };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task BadBody_IsRefusedWithA4xxInBothShapes(string name, byte[] body)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(upstream);

        var chat = await gateway.Client.PostAsync(ChatRequests.Path, ChatRequests.Raw(body));
        var messages = await gateway.Client.PostAsync("/v1/messages", ChatRequests.Raw(body));

        ((int)chat.StatusCode).ShouldBe(400, name);
        var error = JsonNode.Parse(await chat.Content.ReadAsStringAsync())!["error"]!.AsObject();
        error.Select(m => m.Key).ShouldBe(["message", "type", "param", "code"]);
        error["type"]!.GetValue<string>().ShouldBe("invalid_request_error");
        ((int)messages.StatusCode).ShouldBe(400, name);
        var anthropic = JsonNode.Parse(await messages.Content.ReadAsStringAsync())!;
        anthropic["type"]!.GetValue<string>().ShouldBe("error");
        anthropic["error"]!["type"]!.GetValue<string>().ShouldBe("invalid_request_error");
        upstream.Received.ShouldBeEmpty();
    }

    [Fact]
    public async Task ByteOrderMark_IsRefusedOrPassedButNeverAFault()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(upstream);

        var answer = await gateway.Client.PostAsync(
            ChatRequests.Path,
            ChatRequests.Raw([0xef, 0xbb, 0xbf, .. Encoding.UTF8.GetBytes(ChatRequests.Plain)])
        );

        ((int)answer.StatusCode).ShouldBeOneOf(200, 400);
    }

    [Theory]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("text/plain")]
    [InlineData("nonsense")]
    public async Task WrongContentType_OnJsonOrOnAForm_IsNever5xx(string type)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(upstream);

        foreach (var path in (string[])[ChatRequests.Path, "/v1/audio/transcriptions", "/v1/unknown", "/v1/messages"])
        {
            var answer = await gateway.Client.PostAsync(path, ChatRequests.Raw("a=b"u8.ToArray(), type));
            ((int)answer.StatusCode).ShouldBeLessThan(500, path);
        }
    }

    [Theory]
    [InlineData("FFFFFFFFFFFFFFFF\r\n")]
    [InlineData("ffffffffff\r\nabc")]
    [InlineData("-1\r\n")]
    [InlineData("zz\r\n")]
    [InlineData("5\r\nabcdefgh\r\n")]
    public async Task BrokenChunk_IsRefusedOrTheConnectionClosed(string chunk)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(upstream);
        using var client = await RawClient.ConnectAsync(gateway);

        await client.SendAsync(RawClient.Head(ChatRequests.Path, "Transfer-Encoding: chunked\r\n") + chunk);
        client.Socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);
        var answer = await client.ReadAnswerAsync();

        answer.Status.ShouldBeOneOf(0, 400, 413);
        await IdleAsync(gateway);
        upstream.Received.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(ChatRequests.Path)]
    [InlineData("/v1/messages")]
    [InlineData("/v1/files")]
    public async Task BodyThatEndsTooSoon_LeavesNothingBehind(string path)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(upstream);
        for (var i = 0; i < 5; i++)
        {
            using var client = await RawClient.ConnectAsync(gateway);
            await client.SendAsync(RawClient.Head(path, "Content-Length: 1000\r\n") + "{\"model\":");
        }

        await IdleAsync(gateway);
    }

    /// <summary>Ends when no request is under way; fails when one stays.</summary>
    private static async Task IdleAsync(TestGateway gateway)
    {
        var open = gateway.Services.GetRequiredService<OpenAttempts>();
        for (var i = 0; i < 500; i++)
        {
            if (
                open.Count == 0
                && (await gateway.Management.GetStringAsync("/metrics")).Contains(
                    "promptgateway_requests_in_flight 0",
                    StringComparison.Ordinal
                )
            )
                return;
            await Task.Delay(10);
        }
        throw new TimeoutException("A request is still under way.");
    }
}
