using System.Text.Json;
using PromptGateway.Simulator.Caching;
using PromptGateway.Simulator.Generation;

namespace PromptGateway.Simulator.Formats;

/// <summary>
/// Collects the content blocks of an Anthropic prompt, one segment each, with their <c>cache_control</c>. A segment's hash leaves
/// <c>cache_control</c> out: moving a breakpoint does not change the prompt.
/// </summary>
/// <param name="model">Decides what images cost.</param>
internal sealed class MessageBlocks(string model)
{
    private const int ToolFrame = 8;

    private readonly List<PromptSegment> _segments = [];

    public IReadOnlyList<PromptSegment> Segments => _segments;

    public int Breakpoints => _segments.Count(segment => segment.Breakpoint is not CacheBreakpoint.None);

    public void AddTool(JsonElement tool) => Put("tool", Hash(tool), ToolFrame + TokenCount.Of(tool.GetRawText()), Breakpoint(tool));

    /// <summary>Adds a message's content: one string, or an array of blocks.</summary>
    public void Add(string role, JsonElement content, int overhead, LastTurn? last)
    {
        switch (content.ValueKind)
        {
            case JsonValueKind.Undefined:
                break;
            case JsonValueKind.String:
                var text = content.AsText();
                last?.Add(text);
                Put(role, TextHash(text), overhead + TokenCount.Of(text), CacheBreakpoint.None);
                break;
            case JsonValueKind.Array:
                foreach (var block in content.EnumerateArray())
                {
                    Put(role, Hash(block), overhead + Tokens(block, last), Breakpoint(block));
                    overhead = 0;
                }

                break;
            default:
                throw RefusedException.Invalid("content", "must be a string or an array of blocks");
        }
    }

    public void MarkLast(CacheBreakpoint breakpoint)
    {
        if (_segments.Count > 0)
            _segments[^1] = _segments[^1] with { Breakpoint = breakpoint };
    }

    public static CacheBreakpoint Breakpoint(JsonElement block)
    {
        var control = block.Member("cache_control");
        if (control.ValueKind is JsonValueKind.Undefined)
            return CacheBreakpoint.None;
        return control.Text("ttl") switch
        {
            null or "5m" => CacheBreakpoint.FiveMinutes,
            "1h" => CacheBreakpoint.OneHour,
            _ => throw RefusedException.Invalid("cache_control.ttl", "expected 5m or 1h"),
        };
    }

    public static bool HasToolResult(JsonElement message) =>
        message.Member("content") is { ValueKind: JsonValueKind.Array } content
        && content.EnumerateArray().Any(block => block.Text("type") is "tool_result");

    private void Put(string role, ulong hash, int tokens, CacheBreakpoint breakpoint) =>
        _segments.Add(new(ContentHash.Combine(ContentHash.Of(role), hash), tokens, breakpoint));

    private int Tokens(JsonElement block, LastTurn? last)
    {
        switch (block.Text("type"))
        {
            case "text":
                var text = block.RequiredText("text");
                last?.Add(text);
                return TokenCount.Of(text);
            case "image":
                return PromptCount.Image(block.Member("source").Member("data"), model);
            case "document":
                return 1 + (block.GetRawText().Length / 100);
            case "tool_result":
                return 3 + ToolResult(block.Member("content"), last);
            case "tool_use":
                return 3 + TokenCount.Of(block.RequiredText("name")) + TokenCount.Of(block.Member("input").GetRawText());
            default:
                return TokenCount.Of(block.GetRawText());
        }
    }

    private int ToolResult(JsonElement content, LastTurn? last)
    {
        if (content.ValueKind is not JsonValueKind.Array)
            return content.ValueKind is JsonValueKind.String ? TokenCount.Of(Said(content.AsText(), last)) : 0;
        return content.EnumerateArray().Sum(block => Tokens(block, last));
    }

    private static string Said(string text, LastTurn? last) => last?.Add(text) ?? text;

    /// <summary>A text block and the same text as a bare string are the same prompt.</summary>
    private static ulong Hash(JsonElement block)
    {
        if (block.ValueKind is not JsonValueKind.Object)
            throw RefusedException.Invalid("content", "every block must be an object");
        if (block.Text("type") is "text")
            return TextHash(block.RequiredText("text"));
        var hash = 0UL;
        foreach (var member in block.EnumerateObject().Where(member => !member.NameEquals("cache_control")))
            hash = ContentHash.Combine(ContentHash.Combine(hash, ContentHash.Of(member.Name)), ContentHash.Of(member.Value.GetRawText()));
        return hash;
    }

    private static ulong TextHash(string text) => ContentHash.Combine(1, ContentHash.Of(text));
}
