using System.Text.Json;

namespace PromptGateway.Json;

/// <summary>
/// One pass over a UTF-8 document that must be a JSON object: checks all of it strictly (RFC 8259, UTF-8, whole surrogate pairs, nesting)
/// and reports where the members of the outermost object lie. Duplicate names in that object are refused, compared decoded: two parsers
/// behind the gateway must never be able to read two different models out of one body. Throws nothing and recurses nowhere.
/// </summary>
internal static class JsonObjectScan
{
    public const int DefaultMaxDepth = 128;

    /// <summary>Scans a whole document. White space around the object is allowed; a byte order mark or anything else is not.</summary>
    /// <param name="utf8">The document.</param>
    /// <param name="members">Cleared, then filled with the members in the order of the document.</param>
    /// <param name="maxDepth">The most levels of objects and arrays, the outermost included; from 1 to 1024.</param>
    public static JsonScanResult Scan(ReadOnlySpan<byte> utf8, JsonMemberList members, int maxDepth = DefaultMaxDepth)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxDepth, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxDepth, JsonValueScan.DepthLimit);
        return Scan(new JsonCursor(utf8, 0), members, maxDepth);
    }

    /// <summary>
    /// Scans the object that is the value of a member found before. Offsets count from the start of <paramref name="utf8"/>, as those of
    /// the outer scan do. A value of another kind is refused.
    /// </summary>
    public static JsonScanResult ScanNested(ReadOnlySpan<byte> utf8, in JsonMember member, JsonMemberList members) =>
        Scan(new JsonCursor(utf8[..member.ValueEnd], member.ValueStart), members, JsonValueScan.DepthLimit);

    private static JsonScanResult Scan(JsonCursor cursor, JsonMemberList members, int maxDepth)
    {
        members.Clear();
        if (TryOpen(ref cursor, out var start) && TryMembers(ref cursor, members, maxDepth - 1, out var close) && TryEnd(ref cursor))
            return new JsonScanResult(JsonScanError.None, 0, start, close);
        return new JsonScanResult(cursor.Error, cursor.ErrorOffset, 0, 0);
    }

    private static bool TryOpen(ref JsonCursor cursor, out int start)
    {
        var found = cursor.Peek();
        start = cursor.Position++;
        if (found == '{')
            return true;
        if (found == JsonCursor.End)
            return cursor.Fail(JsonScanError.Empty, start);
        return cursor.Utf8[start..].StartsWith("\uFEFF"u8)
            ? cursor.Fail(JsonScanError.ByteOrderMark, start)
            : cursor.Fail(JsonScanError.NotAnObject, start);
    }

    private static bool TryMembers(ref JsonCursor cursor, JsonMemberList members, int maxDepth, out int close)
    {
        close = 0;
        var found = cursor.Peek();
        while (found != '}' || members.Count > 0)
        {
            if (!TryMember(ref cursor, members, maxDepth))
                return false;
            found = cursor.Peek();
            if (found == '}')
                break;
            if (found != ',')
                return cursor.FailAt(found);
            cursor.Position++;
        }
        close = cursor.Position++;
        return true;
    }

    private static bool TryMember(ref JsonCursor cursor, JsonMemberList members, int maxDepth)
    {
        var found = cursor.Peek();
        if (found != '"')
            return cursor.FailAt(found);
        var nameStart = cursor.Position++;
        if (!JsonStringScan.TrySkip(ref cursor, out var nameHasEscapes))
            return false;
        var nameEnd = cursor.Position;
        if (!JsonValueScan.TrySkipColon(ref cursor))
            return false;
        var kind = JsonValueScan.KindOf(cursor.Peek());
        var valueStart = cursor.Position;
        if (!JsonValueScan.TrySkip(ref cursor, maxDepth))
            return false;
        var member = new JsonMember(nameStart, nameEnd, valueStart, cursor.Position, kind, nameHasEscapes);
        var error = members.Add(cursor.Utf8, member);
        return error == JsonScanError.None || cursor.Fail(error, nameStart);
    }

    private static bool TryEnd(ref JsonCursor cursor) =>
        cursor.Peek() == JsonCursor.End || cursor.Fail(JsonScanError.TrailingData, cursor.Position);
}
