using System.Buffers;
using PromptGateway.Json;
using PromptGateway.Prompts.Map;

namespace PromptGateway.Prompts.Transforms;

/// <summary>Writes JSON without white space between its tokens.</summary>
internal static class JsonCompaction
{
    private const int MaxDepth = 256;
    private static readonly SearchValues<byte> SpaceOrQuote = SearchValues.Create("\" \t\r\n"u8);

    /// <summary>Appends the objects and arrays that the text consists of, one a line. False when it consists of anything else.</summary>
    public static bool TryWrite(ReadOnlySpan<byte> text, TextBuffer output)
    {
        var cursor = new JsonCursor(text, 0);
        var start = output.Length;
        while (cursor.Peek() is '{' or '[')
        {
            var from = cursor.Position;
            if (!JsonValueScan.TrySkip(ref cursor, MaxDepth))
                return false;
            if (output.Length > start)
                output.Append('\n');
            Compact(text[from..cursor.Position], output);
        }
        return output.Length > start && cursor.Peek() == JsonCursor.End;
    }

    /// <summary>Appends one value that was checked.</summary>
    public static void Compact(ReadOnlySpan<byte> json, TextBuffer output)
    {
        var room = output.Reserve(json.Length);
        var written = 0;
        while (true)
        {
            var plain = json.IndexOfAny(SpaceOrQuote);
            if (plain >= 0 && json[plain] == '"')
                plain = EndOfString(json, plain);
            var piece = plain < 0 ? json : json[..plain];
            piece.CopyTo(room[written..]);
            written += piece.Length;
            if (plain < 0)
                break;
            json = json[plain..];
            var space = json.IndexOfAnyExcept(" \t\r\n"u8);
            json = space < 0 ? default : json[space..];
        }
        output.Advance(written);
    }

    private static int EndOfString(ReadOnlySpan<byte> json, int quote)
    {
        var at = quote + 1;
        while (true)
        {
            at += json[at..].IndexOfAny((byte)'"', (byte)'\\');
            if (json[at] == '"')
                return at + 1;
            at += 2;
        }
    }
}
