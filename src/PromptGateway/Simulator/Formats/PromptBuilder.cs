using System.Text.Json;
using PromptGateway.Simulator.Caching;
using PromptGateway.Simulator.Generation;

namespace PromptGateway.Simulator.Formats;

/// <summary>
/// Collects the segments of a prompt in provider order. Long texts are cut into segments of about a hundred tokens, at places that
/// depend only on the text before them, so that a shared beginning is a shared run of segments.
/// </summary>
/// <param name="model">Decides what images and tools cost.</param>
internal sealed class PromptBuilder(string model)
{
    private const int SegmentCharacters = 384;

    private readonly List<PromptSegment> _segments = [];

    public IReadOnlyList<PromptSegment> Segments => _segments;

    public long Tokens => _segments.Sum(segment => (long)segment.Tokens);

    /// <param name="role">What kind of piece it is: equal text in another role is another segment.</param>
    /// <param name="text">Its text.</param>
    /// <param name="overhead">Tokens of the frame around it.</param>
    public void Add(string role, ReadOnlySpan<char> text, int overhead = 0)
    {
        var kind = ContentHash.Of(role);
        var rest = TokenCount.Of(text) + overhead;
        while (text.Length > SegmentCharacters)
        {
            var space = text[SegmentCharacters..].IndexOfAny(' ', '\n');
            if (space is < 0 or > SegmentCharacters)
                space = 0;
            var block = text[..(SegmentCharacters + space)];
            var tokens = Math.Min(rest, TokenCount.Of(block) + overhead);
            _segments.Add(new(ContentHash.Combine(kind, ContentHash.Of(block)), tokens));
            (overhead, rest) = (0, rest - tokens);
            text = text[block.Length..];
        }

        _segments.Add(new(ContentHash.Combine(kind, ContentHash.Of(text)), rest));
    }

    /// <summary>A piece that stays whole.</summary>
    public void AddWhole(string role, string content, int tokens) =>
        _segments.Add(new(ContentHash.Combine(ContentHash.Of(role), ContentHash.Of(content)), tokens));

    /// <summary>The content of a chat message or of a Responses item: a string, or an array of parts.</summary>
    public void AddContent(string role, JsonElement content, int overhead, LastTurn last)
    {
        switch (content.ValueKind)
        {
            case JsonValueKind.Undefined:
                Add(role, "", overhead);
                break;
            case JsonValueKind.String:
                Add(role, last.Add(content.AsText()), overhead);
                break;
            case JsonValueKind.Array:
                foreach (var part in content.EnumerateArray())
                {
                    if ((part.Text("text") ?? part.Text("refusal")) is { } text)
                        Add(role, last.Add(text), overhead);
                    else
                        AddWhole(role, part.GetRawText(), overhead + PromptCount.Part(part, model));
                    overhead = 0;
                }

                break;
            default:
                throw RefusedException.Invalid("content", "expected a string or an array of parts");
        }
    }

    /// <summary>The request's tool definitions, one piece each.</summary>
    public void AddTools(JsonElement body)
    {
        var tokens = PromptCount.Tools(body, model);
        var index = 0;
        foreach (var tool in body.Items("tools"))
            AddWhole("tool", tool.GetRawText(), tokens[index++]);
    }
}
