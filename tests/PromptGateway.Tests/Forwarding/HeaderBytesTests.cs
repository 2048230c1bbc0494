using System.Net.Sockets;
using System.Text;
using PromptGateway.Tests.Gateway;

namespace PromptGateway.Tests.Forwarding;

/// <summary>Header values beyond ASCII, which HTTP discourages and people send: titles, names, places.</summary>
public sealed class HeaderBytesTests
{
    private const string Title = "Mein Büro – 東京";

    [Fact]
    public async Task RequestHeader_InUtf8_DoesNotFailTheRequest()
    {
        byte[]? head = null;
        await using var upstream = new RawUpstream(
            async (socket, request) =>
            {
                head = Encoding.Latin1.GetBytes(request);
                await RawUpstream.SendAsync(
                    socket,
                    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"
                );
            }
        );
        await using var gateway = await TestGateway.StartAsync(upstream.Environment);
        using var client = await RawClient.ConnectAsync(gateway);

        await client.SendAsync(
            Encoding.UTF8.GetBytes(
                RawClient.Head(ChatRequests.Path, $"X-Title: {Title}\r\nContent-Length: {ChatRequests.Plain.Length}\r\n")
                    + ChatRequests.Plain
            )
        );
        var answer = await client.ReadAnswerAsync();

        answer.Status.ShouldBe(200, answer.Body);
        Encoding.UTF8.GetString(head.ShouldNotBeNull()).ShouldContain("X-Title: " + Title);
    }

    [Theory]
    [InlineData("utf-8")]
    [InlineData("latin1")]
    public async Task ResponseHeader_BeyondAscii_DoesNotLoseTheAnswer(string encoding)
    {
        var bytes = Encoding.GetEncoding(encoding);
        var title = encoding == "latin1" ? "Mein Büro" : Title;
        await using var upstream = new RawUpstream(
            (socket, _) =>
                SendAsync(
                    socket,
                    bytes.GetBytes(
                        $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nX-Title: {title}\r\nContent-Length: {ChatAnswers.Plain.Length}\r\nConnection: close\r\n\r\n{ChatAnswers.Plain}"
                    )
                )
        );
        await using var gateway = await TestGateway.StartAsync(upstream.Environment);
        using var client = await RawClient.ConnectAsync(gateway);

        await client.SendAsync(
            RawClient.Head(ChatRequests.Path, $"Connection: close\r\nContent-Length: {ChatRequests.Plain.Length}\r\n") + ChatRequests.Plain
        );
        var raw = new MemoryStream();
        var buffer = new byte[4096];
        while (await client.Socket.ReceiveAsync(buffer) is > 0 and var received)
            raw.Write(buffer, 0, received);

        bytes.GetString(raw.ToArray()).ShouldContain("Hello there");
        bytes.GetString(raw.ToArray()).ShouldContain("X-Title: " + title);
    }

    [Fact]
    public async Task ResponseHeader_WithAControlCharacter_IsLeftOutAndTheAnswerIsThere()
    {
        await using var upstream = new RawUpstream(
            (socket, _) =>
                RawUpstream.SendAsync(
                    socket,
                    $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nX-Odd: a\u0001b\r\nX-Tab: a\tb\r\nContent-Length: {ChatAnswers.Plain.Length}\r\nConnection: close\r\n\r\n{ChatAnswers.Plain}"
                )
        );
        await using var gateway = await TestGateway.StartAsync(upstream.Environment);

        using var answer = await gateway.Client.PostAsync(ChatRequests.Path, ChatRequests.Json(ChatRequests.Plain));

        (await answer.Content.ReadAsStringAsync()).ShouldBe(ChatAnswers.Plain);
        answer.Headers.Contains("X-Odd").ShouldBeFalse();
        answer.Headers.GetValues("X-Tab").ShouldBe(["a\tb"]);
    }

    private static async Task SendAsync(Socket socket, byte[] bytes) => await socket.SendAsync(bytes);
}
