using System.Buffers.Text;
using PromptGateway.Prompts.Transforms;

namespace PromptGateway.Prompts.Optimization;

/// <summary>What kind of content an edited part of a body was, judged by its beginning; for reports only.</summary>
internal static class ContentKinds
{
    public const string Json = "json";
    public const string Log = "log";
    public const string Code = "code";
    public const string Markup = "markup";
    public const string Text = "text";

    /// <summary>Not a text of a part but the body around it: messages that leave, hints that are put in.</summary>
    public const string Structure = "structure";
    private const int LookedAt = 2048;

    /// <param name="json">What the edit takes out: a string literal, any other JSON, or nothing.</param>
    public static string Of(ReadOnlySpan<byte> json)
    {
        if (json is not [(byte)'"', ..])
            return Structure;
        Span<byte> room = stackalloc byte[LookedAt];
        var text = room[..Unescape(json[1..], room)];
        var start = text.TrimStart(" \t\r\n"u8);
        return start switch
        {
            [(byte)'{', ..] => Json,
            [(byte)'[', ..] when !SourceCodeLook.HasStamps(text) => Json,
            [(byte)'<', ..] => Markup,
            _ when SourceCodeLook.HasStamps(text) => Log,
            _ when SourceCodeLook.IsCode(text) => Code,
            _ => Text,
        };
    }

    /// <summary>Roughly: what only matters here are line ends, quotes and the first characters of lines.</summary>
    private static int Unescape(ReadOnlySpan<byte> literal, Span<byte> text)
    {
        var written = 0;
        for (var at = 0; at < literal.Length && written < text.Length; at++)
        {
            var unit = literal[at];
            if (unit == '\\' && ++at < literal.Length)
                unit = Unescaped(literal, ref at);
            text[written++] = unit;
        }
        return written;
    }

    private static byte Unescaped(ReadOnlySpan<byte> literal, ref int at)
    {
        switch (literal[at])
        {
            case (byte)'n':
                return (byte)'\n';
            case (byte)'r':
                return (byte)'\r';
            case (byte)'t':
                return (byte)'\t';
            case (byte)'u' when at + 4 < literal.Length:
                // Some writers escape < and quotes by number.
                var isAscii = Utf8Parser.TryParse(literal.Slice(at + 1, 4), out ushort code, out _, 'x') && code < 0x80;
                at += 4;
                return isAscii ? (byte)code : (byte)'?';
            default:
                return literal[at];
        }
    }
}
