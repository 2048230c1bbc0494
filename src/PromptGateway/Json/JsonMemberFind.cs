namespace PromptGateway.Json;

/// <summary>
/// Finds one top-level member in a whole JSON object, such as the data of a stream event, without checking the rest. Aware of strings,
/// escapes and nesting, so that a nested member of the same name or text that holds the same letters is never taken for it.
/// </summary>
internal static class JsonMemberFind
{
    /// <summary>The first top-level member with this decoded name. On text that is not valid JSON it finds nothing, or something.</summary>
    public static bool TryFindTopLevel(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name, out JsonMember member)
    {
        member = default;
        if (json.IndexOf(name) < 0 && !json.Contains((byte)'\\'))
            return false;
        var depth = 0;
        var found = false;
        var reader = new JsonStructureReader(json);
        if (SkipSpace(json, 0) is var open && (open == json.Length || json[open] != '{'))
            return false;
        while (reader.TryNext(out var at))
        {
            var unit = json[at];
            if (unit == ',' && depth > 1)
                continue;
            if (unit is (byte)'{' or (byte)'[' && depth++ > 0)
                continue;
            if (unit is (byte)'}' or (byte)']' && --depth > 0)
                continue;
            if (found)
                return TryEndValue(json, at, ref member);
            if (depth <= 0)
                return false;
            found = TryMatch(json, SkipSpace(json, at + 1), name, ref member);
        }
        return false;
    }

    /// <summary>
    /// Removes the first top-level member with this name and the comma that belongs to it, by moving what follows. Gives the new length;
    /// the old one when there is no such member.
    /// </summary>
    public static int RemoveMember(Span<byte> json, ReadOnlySpan<byte> name)
    {
        if (!TryFindTopLevel(json, name, out var member))
            return json.Length;
        var (start, end) = SpanWithComma(json, member);
        json[end..].CopyTo(json[start..]);
        return json.Length - (end - start);
    }

    private static (int Start, int End) SpanWithComma(ReadOnlySpan<byte> json, in JsonMember member)
    {
        var before = member.NameStart - 1;
        while (IsSpace(json[before]))
            before--;
        if (json[before] == ',')
            return (before, member.ValueEnd);
        var behind = SkipSpace(json, member.ValueEnd);
        return json[behind] == ',' ? (member.NameStart, SkipSpace(json, behind + 1)) : (member.NameStart, member.ValueEnd);
    }

    /// <summary>Whether the member whose name starts here has this name; if so, notes where name and value start.</summary>
    private static bool TryMatch(ReadOnlySpan<byte> json, int start, ReadOnlySpan<byte> name, ref JsonMember member)
    {
        if (start + 1 >= json.Length || json[start] != '"')
            return false;
        var rest = json[(start + 1)..];
        if (rest[0] != '\\' && !name.IsEmpty && rest[0] != name[0])
            return false;
        var length = NameLength(rest, out var hasEscapes);
        if (length < 0)
            return false;
        var raw = rest[..length];
        if (hasEscapes ? !JsonEscape.IsWellFormed(raw) || !JsonEscape.EqualsDecoded(raw, name) : !raw.SequenceEqual(name))
            return false;
        var colon = SkipSpace(json, start + length + 2);
        if (colon == json.Length || json[colon] != ':')
            return false;
        member = new JsonMember(start, start + length + 2, SkipSpace(json, colon + 1), 0, default, hasEscapes);
        return true;
    }

    private static int NameLength(ReadOnlySpan<byte> rest, out bool hasEscapes)
    {
        hasEscapes = false;
        var position = 0;
        while (true)
        {
            var stop = rest[position..].IndexOfAny((byte)'"', (byte)'\\');
            if (stop < 0)
                return -1;
            position += stop;
            if (rest[position] == '"')
                return position;
            hasEscapes = true;
            position = Math.Min(position + 2, rest.Length);
        }
    }

    private static bool TryEndValue(ReadOnlySpan<byte> json, int end, ref JsonMember member)
    {
        while (end > member.ValueStart && IsSpace(json[end - 1]))
            end--;
        if (end <= member.ValueStart)
            return false;
        member = member with { ValueEnd = end, Kind = JsonValueScan.KindOf(json[member.ValueStart]) };
        return true;
    }

    private static int SkipSpace(ReadOnlySpan<byte> json, int position)
    {
        while (position < json.Length && IsSpace(json[position]))
            position++;
        return position;
    }

    private static bool IsSpace(byte unit) => unit is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t';
}
