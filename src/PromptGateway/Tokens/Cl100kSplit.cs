namespace PromptGateway.Tokens;

/// <summary>
/// cl100k_base's pre-tokenizer: <c>(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}
/// | ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+</c>
/// </summary>
internal static class Cl100kSplit
{
    /// <summary>The end of the piece that starts at <paramref name="start"/>, which must lie inside the text.</summary>
    public static int End(ReadOnlySpan<byte> text, int start)
    {
        var first = CharClasses.At(text, start, out var length);
        if ((first & CharClass.Letter) != 0)
            return Letters(text, start + length);
        if (first == CharClass.Number)
            return SplitRules.Number(text, start);
        if (first == CharClass.NewLine)
            return SplitRules.Spaces(text, start);
        var contraction = SplitRules.Contraction(text, start);
        return contraction > start ? contraction : AfterPrefix(text, start, first, start + length);
    }

    private static int AfterPrefix(ReadOnlySpan<byte> text, int start, CharClass first, int next)
    {
        var end = Letters(text, next);
        if (end > next)
            return end;
        if (first != CharClass.Blank)
            return SplitRules.Symbols(text, start, slashes: false);
        var symbolFollows = text[start] == ' ' && SplitRules.IsSymbol(CharClasses.At(text, next, out var length)) && length > 0;
        return symbolFollows ? SplitRules.Symbols(text, next, slashes: false) : SplitRules.Spaces(text, start);
    }

    private static int Letters(ReadOnlySpan<byte> text, int at)
    {
        while ((CharClasses.At(text, at, out var length) & CharClass.Letter) != 0)
            at += length;
        return at;
    }
}
