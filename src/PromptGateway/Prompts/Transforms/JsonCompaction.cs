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

    /// <summary>
    /// Whether there is white space between tokens, so that compacting would gain something: told by the bytes alone, of text that may be
    /// no JSON at all. Line breaks between values on lines of their own, and after the last, do not count.
    /// </summary>
    public static bool MayGain(ReadOnlySpan<byte> text)
    {
        var at = 0;
        while (at < text.Length)
        {
            var next = text[at..].IndexOfAny(SpaceOrQuote);
            if (next < 0)
                return false;
            at += next;
            if (text[at] == '"')
            {
                at = EndOfString(text, at);
                continue;
            }
            if (text[at] != '\n' || at == 0 || text[at - 1] is not ((byte)'}' or (byte)']'))
                return true;
            at++;
            if (at < text.Length && text[at] is not ((byte)'{' or (byte)'['))
                return true;
        }
        return false;
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

    /// <summary>Behind the closing quote; the end of the text when there is none.</summary>
    private static int EndOfString(ReadOnlySpan<byte> json, int quote)
    {
        var at = quote + 1;
        while (at < json.Length)
        {
            var next = json[at..].IndexOfAny((byte)'"', (byte)'\\');
            if (next < 0)
                break;
            at += next;
            if (json[at] == '"')
                return at + 1;
            at += 2;
        }
        return json.Length;
    }
}
