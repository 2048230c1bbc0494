using System.Text.Json;

namespace PromptGateway.Json;

/// <summary>
/// Steps into objects and arrays of a document instead of over them, so that a reader that knows the document's shape needs one pass.
/// Checks what it walks over as strictly as <see cref="JsonObjectScan"/>, duplicate names aside.
/// </summary>
internal static class JsonWalk
{
    /// <summary>Consumes the opening bracket or brace; fails on any other byte.</summary>
    public static bool TryOpen(ref JsonCursor cursor, char bracket)
    {
        var found = cursor.Peek();
        if (found != bracket)
            return cursor.FailAt(found);
        cursor.Position++;
        return true;
    }

    /// <summary>
    /// Steps to the value of the next member; false behind the closing brace, or on an error, which the cursor then holds. The name is as
    /// written, without quotes: one written with escape sequences equals no plain name.
    /// </summary>
    /// <param name="cursor">Behind the opening brace, or behind a member's value.</param>
    /// <param name="first">True before the first member.</param>
    /// <param name="name">The name.</param>
    public static bool TryNextMember(ref JsonCursor cursor, ref bool first, out ReadOnlySpan<byte> name)
    {
        name = default;
        if (!TryNext(ref cursor, ref first, '}'))
            return false;
        var found = cursor.Peek();
        if (found != '"')
            return cursor.FailAt(found);
        var start = ++cursor.Position;
        if (!JsonStringScan.TrySkip(ref cursor, out _))
            return false;
        name = cursor.Utf8[start..(cursor.Position - 1)];
        if (!JsonValueScan.TrySkipColon(ref cursor))
            return false;
        cursor.Peek();
        return true;
    }

    /// <summary>Steps to the next element; false behind the closing bracket, or on an error.</summary>
    public static bool TryNextElement(ref JsonCursor cursor, ref bool first) => TryNext(ref cursor, ref first, ']');

    /// <summary>Steps over a string literal; gives false and consumes nothing when the value is of another kind.</summary>
    public static bool TryString(ref JsonCursor cursor, out int start, out bool hasEscapes)
    {
        hasEscapes = false;
        var found = cursor.Peek();
        start = cursor.Position;
        if (found != '"')
            return false;
        cursor.Position++;
        return JsonStringScan.TrySkip(ref cursor, out hasEscapes);
    }

    /// <summary>The kind of the value at the cursor.</summary>
    public static JsonValueKind KindAt(ref JsonCursor cursor) => JsonValueScan.KindOf(cursor.Peek());

    private static bool TryNext(ref JsonCursor cursor, ref bool first, char close)
    {
        var found = cursor.Peek();
        if (found == close)
        {
            cursor.Position++;
            return false;
        }
        if (first)
        {
            first = false;
            return true;
        }
        if (found != ',')
            return cursor.FailAt(found);
        cursor.Position++;
        found = cursor.Peek();
        return found != close || cursor.FailAt(found);
    }
}
