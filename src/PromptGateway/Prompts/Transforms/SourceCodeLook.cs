namespace PromptGateway.Prompts.Transforms;

/// <summary>Judges by its first lines whether a text is source code, a numbered listing of a file, or a patch.</summary>
internal static class SourceCodeLook
{
    private const int LinesLookedAt = 80;

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
