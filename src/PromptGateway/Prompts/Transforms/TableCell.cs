using System.Buffers;
using PromptGateway.Json;

namespace PromptGateway.Prompts.Transforms;

/// <summary>Which strings may stand in a table without their quotes: those that read as nothing else.</summary>
internal static class TableCell
{
    private static readonly SearchValues<byte> NeverInside = SearchValues.Create(",\\}"u8);
    private static readonly SearchValues<byte> NameBytes = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.$@/"u8
    );

    /// <param name="literal">The string with its quotes.</param>
    /// <param name="constant">Whether it stands in the header, which a brace would end.</param>
    public static bool IsBare(ReadOnlySpan<byte> literal, bool constant)
    {
        var text = literal[1..^1];
        if (text.IsEmpty || text[0] is (byte)'"' or (byte)'[' or (byte)'{' or (byte)']' or (byte)'!' or (byte)' ' || text[^1] == ' ')
            return false;
        var bad = text.IndexOfAny(NeverInside);
        while (bad >= 0 && text[bad] == '}' && !constant)
        {
            var next = text[(bad + 1)..].IndexOfAny(NeverInside);
            bad = next < 0 ? -1 : bad + 1 + next;
        }
        return bad < 0 && IsString(text);
    }

    public static bool IsBareName(ReadOnlySpan<byte> literal) => literal.Length > 2 && literal[1..^1].IndexOfAnyExcept(NameBytes) < 0;

    /// <summary>Whether text without quotes is a string, not a number or a literal.</summary>
    public static bool IsString(ReadOnlySpan<byte> text)
    {
        if (text.SequenceEqual("true"u8) || text.SequenceEqual("false"u8) || text.SequenceEqual("null"u8))
            return false;
        if (text[0] != '-' && !char.IsAsciiDigit((char)text[0]))
            return true;
        if (text.Length == 1)
            return text[0] == '-';
        var cursor = new JsonCursor(text, 0);
        return !JsonNumberScan.TrySkip(ref cursor) || cursor.Position < text.Length;
    }
}
