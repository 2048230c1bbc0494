namespace PromptGateway.Prompts.Transforms;

/// <summary>Compares texts by their bytes that are not white space.</summary>
internal static class NonSpace
{
    public static bool Equal(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        while (true)
        {
            // Texts that are compared here are mostly the same.
            var same = left.CommonPrefixLength(right);
            left = left[same..];
            right = right[same..];
            var (leftBlanks, rightBlanks) = (Skip(left, 0), Skip(right, 0));
            if (leftBlanks + rightBlanks == 0)
                return left.IsEmpty && right.IsEmpty;
            left = left[leftBlanks..];
            right = right[rightBlanks..];
        }
    }

    /// <summary>Whether all of one text's bytes stand in the other, in order.</summary>
    public static bool IsWithin(ReadOnlySpan<byte> part, ReadOnlySpan<byte> whole)
    {
        var at = Skip(part, 0);
        foreach (var unit in whole)
        {
            if (at == part.Length)
                return true;
            if (part[at] == unit)
                at = Skip(part, at + 1);
        }
        return at == part.Length;
    }

    private static int Skip(ReadOnlySpan<byte> text, int at)
    {
        while (at < text.Length && text[at] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
            at++;
        return at;
    }
}
