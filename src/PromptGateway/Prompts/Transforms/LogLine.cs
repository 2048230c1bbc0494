namespace PromptGateway.Prompts.Transforms;

/// <summary>The words of a log line (between single blanks), and which of them may vary from line to line of one form.</summary>
internal static class LogLine
{
    private const ulong Prime = 0x9E37_79B9_7F4A_7C15;

    /// <summary>Takes the next word off a line; the blank behind it goes too.</summary>
    public static ReadOnlySpan<byte> NextWord(ref ReadOnlySpan<byte> rest)
    {
        var end = rest.IndexOf((byte)' ');
        var word = end < 0 ? rest : rest[..end];
        rest = end < 0 ? default : rest[(end + 1)..];
        return word;
    }

    public static int CountWords(ReadOnlySpan<byte> line) => line.Count((byte)' ') + 1;

    /// <summary>A hash that lines of one form share.</summary>
    public static ulong Hash(ReadOnlySpan<byte> line, out int words)
    {
        words = CountWords(line);
        var hash = (ulong)words;
        for (var index = 0; index < words; index++)
            hash = Mix(hash, HashOf(Fixed(NextWord(ref line))));
        return hash;
    }

    public static bool SameForm(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        for (var index = CountWords(left); index > 0; index--)
            if (!Fixed(NextWord(ref left)).SequenceEqual(Fixed(NextWord(ref right))))
                return false;
        return true;
    }

    public static ulong HashOf(ReadOnlySpan<byte> text)
    {
        var hash = (ulong)text.Length;
        while (text.Length >= sizeof(ulong))
        {
            hash = Mix(hash, BitConverter.ToUInt64(text));
            text = text[sizeof(ulong)..];
        }
        foreach (var unit in text)
            hash = Mix(hash, unit);
        return hash;
    }

    public static ulong Mix(ulong hash, ulong value)
    {
        hash = (hash ^ value) * Prime;
        return hash ^ (hash >> 29);
    }

    /// <summary>The part of a word that all lines of a form have: none of one with a digit or a path, the name of <c>name=value</c>.</summary>
    private static ReadOnlySpan<byte> Fixed(ReadOnlySpan<byte> word)
    {
        var name = word[..Math.Max(0, word.IndexOf((byte)'='))];
        if (!name.IsEmpty && name.IndexOfAnyInRange((byte)'0', (byte)'9') < 0 && !name.Contains((byte)'/'))
            return name;
        return word.IndexOfAnyInRange((byte)'0', (byte)'9') >= 0 || word.StartsWith("/"u8) ? default : word;
    }
}
