using System.Text.Json;

namespace PromptGateway.Forwarding;

/// <summary>
/// Puts the calls of tools in a streamed answer together, so that they are judged as <see cref="ToolCallCheck"/> judges those of a whole
/// one. Events that speak of no tool are not parsed. Not thread-safe.
/// </summary>
internal sealed class StreamedToolCalls
{
    /// <summary>UTF-16 units of arguments that are kept; a stream with more is not judged.</summary>
    private const int Most = 1 << 20;
    private readonly List<StreamedToolCall> _calls = [];
    private int _length;
    private bool _isUnreadable;

    /// <summary>Of a stream that came to its end; null when its events could not be read.</summary>
    public (int Calls, int Invalid)? Result => _isUnreadable ? null : (_calls.Count, _calls.Count(call => !call.IsValid));

    /// <param name="data">Of one event, of any of the formats.</param>
    public void Read(ReadOnlySpan<byte> data)
    {
        if (_isUnreadable || !Concerns(data))
            return;
        try
        {
            var reader = new Utf8JsonReader(data);
            using var json = JsonDocument.ParseValue(ref reader);
            Read(json.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            _isUnreadable = true;
        }
    }

    /// <summary>With its quotes a word stands nowhere but as itself: inside a text the quotes are escaped.</summary>
    private static bool Concerns(ReadOnlySpan<byte> data) =>
        data.IndexOf("\"tool_calls\""u8) >= 0
        || data.IndexOf("\"function_call\""u8) >= 0
        || data.IndexOf("\"tool_use\""u8) >= 0
        || data.IndexOf("\"partial_json\""u8) >= 0;

    private void Read(JsonElement data)
    {
        if (data.TryGetProperty("choices", out var choices))
        {
            foreach (var choice in choices.EnumerateArray())
                ReadChoice(choice);
            return;
        }
        switch (TextOf(data, "type"))
        {
            // Whole, where the events before it were pieces.
            case "response.output_item.done" when data.TryGetProperty("item", out var item) && TextOf(item, "type") == "function_call":
                Append(Add(0, null, null, mayBeEmpty: false), TextOf(item, "arguments"));
                break;
            case "content_block_start" when data.TryGetProperty("content_block", out var block) && TextOf(block, "type") == "tool_use":
                Start(data, block);
                break;
            case "content_block_delta" when data.TryGetProperty("delta", out var delta) && TextOf(delta, "type") == "input_json_delta":
                if (Find(0, NumberOf(data, "index"), null) is { } open)
                    Append(open, TextOf(delta, "partial_json"));
                break;
        }
    }

    /// <summary>Some servers send the input whole at the start; usually it is empty there.</summary>
    private void Start(JsonElement data, JsonElement block)
    {
        var call = Add(0, NumberOf(data, "index"), TextOf(block, "id"), mayBeEmpty: true);
        if (block.TryGetProperty("input", out var input) && input.GetRawText() is var whole && whole is not "{}")
            Append(call, whole);
    }

    private void ReadChoice(JsonElement choice)
    {
        if (
            !choice.TryGetProperty("delta", out var delta)
            || !delta.TryGetProperty("tool_calls", out var list)
            || list.ValueKind != JsonValueKind.Array
        )
            return;
        var number = NumberOf(choice, "index") ?? 0;
        foreach (var piece in list.EnumerateArray())
        {
            var (index, id) = (NumberOf(piece, "index"), TextOf(piece, "id") is { Length: > 0 } named ? named : null);
            var call = Find(number, index, id) ?? Add(number, index, id, mayBeEmpty: false);
            if (piece.TryGetProperty("function", out var function))
                Append(call, TextOf(function, "arguments"));
        }
    }

    /// <summary>The call that a piece goes on with. Upstreams that give no index, or each call the same, are told by the id.</summary>
    private StreamedToolCall? Find(int choice, int? index, string? id) =>
        _calls.FindLast(call => call.Choice == choice && call.Index == index && (id is null || call.Id is null || call.Id == id));

    private StreamedToolCall Add(int choice, int? index, string? id, bool mayBeEmpty)
    {
        var call = new StreamedToolCall(choice, index, id, mayBeEmpty);
        _calls.Add(call);
        return call;
    }

    private void Append(StreamedToolCall call, string? piece)
    {
        _length += piece?.Length ?? 0;
        _isUnreadable |= _length > Most;
        if (!_isUnreadable)
            call.Arguments.Append(piece);
    }

    private static string? TextOf(JsonElement holder, string name) =>
        holder.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static int? NumberOf(JsonElement holder, string name) =>
        holder.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number)
            ? number
            : null;
}
