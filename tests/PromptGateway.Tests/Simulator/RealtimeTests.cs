using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace PromptGateway.Tests.Simulator;

public sealed class RealtimeTests : SimulatorTests
{
    [Fact]
    public async Task Realtime_TextTurn_StreamsTextAndEndsWithUsage()
    {
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", $"Bearer {Simulator.Host.Secret}");
        await socket.ConnectAsync(
            new Uri($"ws://{Simulator.Host.BaseAddress.Authority}/v1/realtime?model=gpt-realtime"),
            CancellationToken.None
        );
        (await ReceiveAsync(socket)).GetProperty("session").GetProperty("model").GetString().ShouldBe("gpt-realtime");

        await SendAsync(
            socket,
            """{"type":"conversation.item.create","item":{"type":"message","role":"user","content":[{"type":"input_text","text":"Hello"}]}}"""
        );
        await SendAsync(socket, """{"type":"response.create"}""");
        var text = new StringBuilder();
        JsonElement message;
        do
        {
            message = await ReceiveAsync(socket);
            if (Type(message) is "response.output_text.delta")
                text.Append(message.GetProperty("delta").GetString());
        } while (Type(message) is not "response.done");

        text.ToString().ShouldStartWith("This is the PromptGateway simulator. You said: Hello");
        var usage = message.GetProperty("response").GetProperty("usage");
        usage.GetProperty("output_tokens").GetInt32().ShouldBe(48);
        usage.GetProperty("input_tokens").GetInt32().ShouldBe(3 + 1 + 1 + 3);

        await SendAsync(socket, "{");
        Type(await ReceiveAsync(socket)).ShouldBe("error");
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        socket.CloseStatus.ShouldBe(WebSocketCloseStatus.NormalClosure);
    }

    private static string? Type(JsonElement message) => message.GetProperty("type").GetString();

    private static Task SendAsync(ClientWebSocket socket, string message) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(message), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);

    private static async Task<JsonElement> ReceiveAsync(ClientWebSocket socket)
    {
        var buffer = new byte[16_384];
        var result = await socket.ReceiveAsync(buffer, CancellationToken.None);
        result.EndOfMessage.ShouldBeTrue();
        return JsonDocument.Parse(buffer.AsMemory(0, result.Count)).RootElement;
    }
}
