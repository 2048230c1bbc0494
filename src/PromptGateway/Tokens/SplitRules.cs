namespace PromptGateway.Tokens;

/// <summary>
/// The alternatives that both split patterns share, hand-written. Each takes a position and gives the end of its match.
/// None reads on without bound past its match more than once, so splitting is linear in the text.
/// </summary>
internal static class SplitRules
{
    /// <summary><c>\p{N}{1,3}</c>, at a number.</summary>
    public static int Number(ReadOnlySpan<byte> text, int at)
    {
        for (var digits = 0; digits < 3 && CharClasses.At(text, at, out var length) == CharClass.Number; digits++)
            at += length;
        return at;
    }

    /// <summary>
    /// <c>[^\s\p{L}\p{N}]+[\r\n]*</c>, at such a symbol; with <paramref name="slashes"/> the tail is <c>[\r\n/]*</c>.
    /// </summary>
    public static int Symbols(ReadOnlySpan<byte> text, int at, bool slashes)
    {
        while (IsSymbol(CharClasses.At(text, at, out var length)) && length > 0)
            at += length;
        while (at < text.Length && (text[at] is (byte)'\r' or (byte)'\n' || (slashes && text[at] == '/')))
            at++;
        return at;
    }

    /// <summary>
    /// <c>\s*[\r\n]+|\s+(?!\S)|\s+</c>, at white space: up to the run's last line break; else all of it at the end of the
    /// text; else all but the last character, which the next piece may take as its prefix; else the one there is.
    /// </summary>
    public static int Spaces(ReadOnlySpan<byte> text, int at)
    {
        int start = at,
            last = at,
            afterBreak = -1;
        for (CharClass c; ((c = CharClasses.At(text, at, out var length)) & CharClass.Space) != 0; )
        {
            last = at;
            at += length;
            if (c == CharClass.NewLine)
                afterBreak = at;
        }
        if (afterBreak >= 0)
            return afterBreak;
        return at == text.Length || last == start ? at : last;
    }

    /// <summary>[^\s\p{L}\p{N}]: marks are symbols here.</summary>
    public static bool IsSymbol(CharClass c) => (c & (CharClass.Space | CharClass.Letter | CharClass.Number)) == 0;

    /// <summary>
    /// The end of <c>(?i:'s|'t|'re|'ve|'m|'ll|'d)</c> at <paramref name="at"/>, or <paramref name="at"/> if there is none.
    /// Case folding is Unicode's, so the long s (U+017F) is an s.
    /// </summary>
    public static int Contraction(ReadOnlySpan<byte> text, int at)
    {
        if (at + 1 >= text.Length || text[at] != '\'')
            return at;
        switch (text[at + 1] | 0x20)
        {
            case 's' or 't' or 'm' or 'd':
                return at + 2;
            case 'r' or 'v' when FollowedBy(text, at + 2, 'e'):
            case 'l' when FollowedBy(text, at + 2, 'l'):
                return at + 3;
            default:
                return text[(at + 1)..].StartsWith("ſ"u8) ? at + 3 : at;
        }
    }

    private static bool FollowedBy(ReadOnlySpan<byte> text, int at, char letter) => at < text.Length && (text[at] | 0x20) == letter;
}
