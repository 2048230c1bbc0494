using System.Text.Json;

namespace PromptGateway.Forwarding;

/// <summary>Whether the calls of tools in an answer can be read: their arguments are a JSON object. Whether that fits the tool is not looked at.</summary>
internal static class ToolCallCheck
{
    /// <param name="list">The JSON of <c>choices</c> (chat), <c>output</c> (responses) or <c>content</c> (messages).</param>
    /// <returns>Null when it cannot be read.</returns>
    public static (int Calls, int Invalid)? Read(ReadOnlySpan<byte> list)
    {
        try
        {
            var reader = new Utf8JsonReader(list);
            using var json = JsonDocument.ParseValue(ref reader);
            var (calls, invalid) = (0, 0);
            foreach (var item in json.RootElement.EnumerateArray())
                Count(item, ref calls, ref invalid);
            return (calls, invalid);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // No answer that any of the formats has.
            return null;
        }
    }

    private static void Count(JsonElement item, ref int calls, ref int invalid)
    {
        if (item.TryGetProperty("message", out var message))
        {
            if (message.TryGetProperty("tool_calls", out var list) && list.ValueKind == JsonValueKind.Array)
                foreach (var call in list.EnumerateArray())
                    if (call.TryGetProperty("function", out var function))
                        Judge(IsObject(function, "arguments"), ref calls, ref invalid);
            return;
        }
        var type = item.TryGetProperty("type", out var name) ? name.GetString() : null;
        if (type == "function_call")
            Judge(IsObject(item, "arguments"), ref calls, ref invalid);
        else if (type == "tool_use")
            Judge(item.TryGetProperty("input", out var input) && input.ValueKind == JsonValueKind.Object, ref calls, ref invalid);
    }

    private static void Judge(bool valid, ref int calls, ref int invalid)
    {
        calls++;
        invalid += valid ? 0 : 1;
    }

    private static bool IsObject(JsonElement holder, string name) =>
        holder.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String && IsObject(text.GetString()!);

    public static bool IsObject(string text)
    {
        try
        {
            using var arguments = JsonDocument.Parse(text);
            return arguments.RootElement.ValueKind == JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
