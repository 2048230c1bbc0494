using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using PromptGateway.Chat;
using PromptGateway.Simulator.Formats;
using PromptGateway.Simulator.Generation;

namespace PromptGateway.Simulator.Endpoints;

/// <summary>One realtime connection: its settings and its conversation, one response at a time.</summary>
internal sealed class RealtimeSession(WebSocket socket, SimulatorState state, string model)
{
    private readonly string _id = state.NewId("sess_");
    private readonly PromptBuilder _prompt = new(model);
    private readonly LastTurn _last = new();
    private string? _instructions;

    public async Task RunAsync(CancellationToken cancel)
    {
        await SendAsync("session.created", cancel, ("session", Session()));
        while (await ReceiveAsync(cancel) is { } message)
        {
            try
            {
                await HandleAsync(Parse(message), cancel);
            }
            catch (RefusedException refused)
            {
                await SendAsync("error", cancel, ("error", OpenAIError.Detail(refused.Rejection)));
            }
        }
    }

    private async Task HandleAsync(JsonElement message, CancellationToken cancel)
    {
        switch (message.RequiredText("type"))
        {
            case "session.update":
                _instructions = message.Member("session").Text("instructions") ?? _instructions;
                await SendAsync("session.updated", cancel, ("session", Session()));
                break;
            case "conversation.item.create":
                await AddItemAsync(message.Member("item"), cancel);
                break;
            case "response.create":
                await RespondAsync(cancel);
                break;
            case var other:
                throw RefusedException.Invalid("type", $"the simulator does not know '{other}'");
        }
    }

    private async Task AddItemAsync(JsonElement item, CancellationToken cancel)
    {
        ResponsesItems.Add(item, _prompt, _last);
        var echo = JsonNode.Parse(item.GetRawText(), documentOptions: SimulatorJson.Reader)!.AsObject();
        echo.TryAdd("id", state.NewId("item_"));
        echo.TryAdd("status", "completed");
        await SendAsync("conversation.item.added", cancel, ("item", echo.DeepClone()));
        await SendAsync("conversation.item.done", cancel, ("item", echo));
    }

    private async Task RespondAsync(CancellationToken cancel)
    {
        var request = new GenerationRequest
        {
            Model = model,
            UserText = _last.UserText,
            ToolResult = _last.ToolResult,
            Segments = [.. _prompt.Segments],
            PromptTokens = 3 + TokenCount.Of(_instructions) + _prompt.Tokens,
        };
        var answer = TextExchange.Automatic(state, request, state.Options.Behavior);
        foreach (var (type, fields) in RealtimeEvents.Of(answer))
            await SendAsync(type, cancel, fields);
        _last.Begin("assistant");
        _prompt.Add("assistant", answer.Choices[0].Text, 4);
    }

    private JsonObject Session() =>
        new()
        {
            ["id"] = _id,
            ["object"] = "realtime.session",
            ["type"] = "realtime",
            ["model"] = model,
            ["output_modalities"] = new JsonArray("text"),
            ["instructions"] = _instructions ?? "",
            ["tools"] = new JsonArray(),
            ["tool_choice"] = "auto",
        };

    private async Task SendAsync(string type, CancellationToken cancel, params (string Name, JsonNode? Value)[] fields)
    {
        var message = new JsonObject { ["type"] = type, ["event_id"] = state.NewId("event_") };
        foreach (var (name, value) in fields)
            message[name] = value;
        await socket.SendAsync(JsonReply.Bytes(message), WebSocketMessageType.Text, endOfMessage: true, cancel);
    }

    /// <summary>The next message; null when the client closed the connection.</summary>
    private async Task<byte[]?> ReceiveAsync(CancellationToken cancel)
    {
        using var message = new MemoryStream();
        var buffer = new byte[4096];
        while (true)
        {
            var result = await socket.ReceiveAsync(buffer, cancel);
            if (result.MessageType is WebSocketMessageType.Close)
            {
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancel);
                return null;
            }

            message.Write(buffer, 0, result.Count);
            if (message.Length > state.Options.MaxBodyBytes)
            {
                await socket.CloseOutputAsync(WebSocketCloseStatus.MessageTooBig, null, cancel);
                return null;
            }

            if (result.EndOfMessage)
                return message.ToArray();
        }
    }

    private static JsonElement Parse(byte[] message)
    {
        try
        {
            return JsonDocument.Parse(message, SimulatorJson.Reader).RootElement;
        }
        catch (JsonException)
        {
            throw new RefusedException(Rejection.BadRequest("invalid_json", "The message is not JSON."));
        }
    }
}
