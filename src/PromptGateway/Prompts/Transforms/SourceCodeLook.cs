namespace PromptGateway.Prompts.Transforms;

/// <summary>Judges by its first lines whether a text is source code, a numbered listing of a file, or a patch.</summary>
internal static class SourceCodeLook
{
    private const int LinesLookedAt = 80;

    private const int StampWithin = 48;

    /// <summary>One line in so many is enough.</summary>
    private const int OneIn = 4;

    public static bool IsCode(ReadOnlySpan<byte> text)
    {
        if (text.StartsWith("diff "u8) || text.StartsWith("--- "u8) || text.IndexOf("\n@@ "u8) >= 0)
            return true;
        int lines = 0,
            codeLike = 0;
        foreach (var range in text.Split((byte)'\n'))
        {
            var line = text[range].Trim(" \t\r"u8);
            if (line.IsEmpty)
                continue;
            if (IsCodeLine(line))
                codeLike++;
            if (++lines == LinesLookedAt)
                break;
        }
        return codeLike * OneIn >= lines && codeLike > 0;
    }

    /// <summary>Whether most of the first lines have a time of day near their start: then they are a log, whatever they end with.</summary>
    public static bool HasStamps(ReadOnlySpan<byte> text)
    {
        int lines = 0,
            stamped = 0;
        foreach (var range in text.Split((byte)'\n'))
        {
            stamped += HasTime(text[range]) ? 1 : 0;
            if (++lines == LinesLookedAt)
                break;
        }
        return stamped * 2 > lines;
    }

    private static bool HasTime(ReadOnlySpan<byte> line)
    {
        line = line[..Math.Min(line.Length, StampWithin)];
        for (var colon = line.IndexOf((byte)':'); colon >= 0; )
        {
            if (
                colon > 0
                && colon + 1 < line.Length
                && char.IsAsciiDigit((char)line[colon - 1])
                && char.IsAsciiDigit((char)line[colon + 1])
            )
                return true;
            line = line[(colon + 1)..];
            colon = line.IndexOf((byte)':');
        }
        return false;
    }

    private static bool IsCodeLine(ReadOnlySpan<byte> line) =>
        line[^1] is (byte)'{' or (byte)'}' or (byte)';'
        || line.StartsWith("import "u8)
        || line.StartsWith("from "u8)
        || line.StartsWith("def "u8)
        || line.StartsWith("return "u8)
        || line.StartsWith("# "u8)
        || line.StartsWith("//"u8)
        || line.StartsWith("- "u8)
        || line.EndsWith("):"u8)
        || IsNumbered(line);

    /// <summary>A line of a listing: a number, then a tab, an arrow, a bar or a colon.</summary>
    private static bool IsNumbered(ReadOnlySpan<byte> line)
    {
        var digits = line.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        if (digits is <= 0 or > 6)
            return false;
        var rest = line[digits..];
        return rest[0] is (byte)'\t' or (byte)'|' || rest.StartsWith(": "u8) || rest.StartsWith("\u2192"u8);
    }
}
