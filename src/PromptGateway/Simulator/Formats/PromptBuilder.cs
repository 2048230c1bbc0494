using System.Text.Json;
using PromptGateway.Simulator.Caching;
using PromptGateway.Simulator.Generation;

namespace PromptGateway.Simulator.Formats;

/// <summary>
/// Collects the segments of a prompt in provider order. Long texts are cut into segments of about a hundred tokens, at places that
/// depend only on the text before them, so that a shared beginning is a shared run of segments.
/// </summary>
internal sealed class PromptBuilder
{
    private const int SegmentCharacters = 384;

    private readonly List<PromptSegment> _segments = [];

    public IReadOnlyList<PromptSegment> Segments => _segments;

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

    /// <summary>A piece that stays whole: an image, a tool definition, a block with a cache breakpoint.</summary>
    public void AddWhole(string role, string content, int tokens, CacheBreakpoint breakpoint = CacheBreakpoint.None) =>
        _segments.Add(new(ContentHash.Combine(ContentHash.Of(role), ContentHash.Of(content)), tokens, breakpoint));

    /// <summary>Tokens of a tool definition: its name, description and schema as they are sent, without the JSON marks.</summary>
    public static int ToolTokens(JsonElement tool) => 8 + TokenCount.Of(tool.GetRawText());

    /// <summary>OpenAI's image price in tokens: 85 at low detail, else that of a 1024 x 1024 picture on a tile model.</summary>
    public static int ImageTokens(string? detail) => detail is "low" ? 85 : 765;
}
