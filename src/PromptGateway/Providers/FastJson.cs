namespace PromptGateway.Providers;

/// <summary>
/// Looks for a member in one stream event without parsing it. Sound for the names used here: inside a JSON string every quote is
/// escaped, so <c>"usage"</c> followed by a colon can only be a member name, at some depth.
/// </summary>
internal static class FastJson
{
    /// <summary>Finds the first member with this name and returns the bytes from its value's first byte on.</summary>
    /// <param name="json">One event's data.</param>
    /// <param name="quotedName">With its quotes: <c>"usage"u8</c> written as <c>"\"usage\""u8</c>.</param>
    /// <param name="value">From the first byte of the value to the end of the data.</param>
    public static bool TryFindValue(ReadOnlySpan<byte> json, ReadOnlySpan<byte> quotedName, out ReadOnlySpan<byte> value)
    {
        var rest = json;
        while (true)
        {
            var at = rest.IndexOf(quotedName);
            if (at < 0)
            {
                value = default;
                return false;
            }
            rest = rest[(at + quotedName.Length)..];
            var colon = SkipSpace(rest);
            // A string value that happens to equal the name is not followed by a colon.
            if (colon < rest.Length && rest[colon] == (byte)':')
            {
                rest = rest[(colon + 1)..];
                value = rest[SkipSpace(rest)..];
                return true;
            }
        }
    }

    /// <summary>The bytes between the quotes (escapes as they stand) when the value is a string.</summary>
    public static bool TryString(ReadOnlySpan<byte> value, out ReadOnlySpan<byte> text)
    {
        text = default;
        if (value.IsEmpty || value[0] != (byte)'"')
            return false;
        var body = value[1..];
        for (var from = 0; ; )
        {
            var at = body[from..].IndexOfAny((byte)'"', (byte)'\\');
            if (at < 0)
                return false;
            at += from;
            if (body[at] == (byte)'"')
            {
                text = body[..at];
                return true;
            }
            from = at + 2;
            if (from > body.Length)
                return false;
        }
    }

    private static int SkipSpace(ReadOnlySpan<byte> bytes)
    {
        var i = 0;
        while (i < bytes.Length && bytes[i] is (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r')
            i++;
        return i;
    }
}
