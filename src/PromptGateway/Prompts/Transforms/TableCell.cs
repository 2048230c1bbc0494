using System.Buffers;
using PromptGateway.Json;

namespace PromptGateway.Prompts.Transforms;

/// <summary>Which strings may stand in a table without their quotes: those that read as nothing else.</summary>
internal static class TableCell
{
    /// <summary>What ends a cell of a row.</summary>
    public static readonly SearchValues<byte> EndsCell = SearchValues.Create(",\\"u8);

    /// <summary>What ends a value in the header, or would look like a hole.</summary>
    public static readonly SearchValues<byte> EndsConstant = SearchValues.Create(",\\{}"u8);

    /// <summary>What ends a value that has a line for itself: a line break is written with a backslash.</summary>
    public static readonly SearchValues<byte> EndsLine = SearchValues.Create("\\"u8);

    private static readonly SearchValues<byte> NameBytes = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.$@/"u8
    );

    /// <param name="literal">The string with its quotes.</param>
    /// <param name="ends">What must not be in it where it stands.</param>
    public static bool IsBare(ReadOnlySpan<byte> literal, SearchValues<byte> ends) =>
        IsBareText(literal[1..^1], ends) && IsString(literal[1..^1]);

    /// <summary>Whether what is between the shared edges of a column's strings may stand without quotes; numbers may.</summary>
    public static bool IsFilling(ReadOnlySpan<byte> text) => IsBareText(text, EndsCell) && !IsLiteral(text);

    public static bool IsBareName(ReadOnlySpan<byte> literal) => literal.Length > 2 && literal[1..^1].IndexOfAnyExcept(NameBytes) < 0;

    /// <summary>Whether text without quotes is a string, not a number or a literal.</summary>
    public static bool IsString(ReadOnlySpan<byte> text)
    {
        if (IsLiteral(text))
            return false;
        if (text[0] != '-' && !char.IsAsciiDigit((char)text[0]))
            return true;
        if (text.Length == 1)
            return text[0] == '-';
        var cursor = new JsonCursor(text, 0);
        return !JsonNumberScan.TrySkip(ref cursor) || cursor.Position < text.Length;
    }

    /// <summary>Whether it is one of <c>true</c>, <c>false</c> and <c>null</c>.</summary>
    public static bool IsLiteral(ReadOnlySpan<byte> text) =>
        text.SequenceEqual("true"u8) || text.SequenceEqual("false"u8) || text.SequenceEqual("null"u8);

    private static bool IsBareText(ReadOnlySpan<byte> text, SearchValues<byte> ends) =>
        !text.IsEmpty
        && text[0] is not ((byte)'"' or (byte)'[' or (byte)'{' or (byte)']' or (byte)'!' or (byte)' ')
        && text[^1] != ' '
        && text.IndexOfAny(ends) < 0;
}
