namespace PromptGateway.Tokens;

/// <summary>
/// o200k_base's pre-tokenizer:
/// <c>[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?
/// |[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?
/// |\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+</c>
/// </summary>
internal static class O200kSplit
{
    /// <summary>The end of the piece that starts at <paramref name="start"/>, which must lie inside the text.</summary>
    public static int End(ReadOnlySpan<byte> text, int start)
    {
        var first = CharClasses.At(text, start, out var length);
        if ((first & CharClass.Letter) != 0)
            return SplitRules.Contraction(text, Word(text, start));
        if (first == CharClass.Number)
            return SplitRules.Number(text, start);
        return first == CharClass.NewLine ? SplitRules.Spaces(text, start) : AfterPrefix(text, start, first, start + length);
    }

    /// <summary>A piece whose first character may be the prefix of a word: a blank, a symbol or a mark.</summary>
    private static int AfterPrefix(ReadOnlySpan<byte> text, int start, CharClass first, int next)
    {
        // A mark before capitals only is no prefix: the first alternative then matches the mark alone,
        // before the second alternative, which would take it as a prefix, is tried.
        var end = first == CharClass.Mark ? TailedWord(text, next) : Word(text, next);
        if (end > next)
            return SplitRules.Contraction(text, end);
        if (first == CharClass.Mark)
            return SplitRules.Contraction(text, next);
        if (first == CharClass.Other)
            return SplitRules.Symbols(text, start, slashes: true);
        var symbolFollows = text[start] == ' ' && SplitRules.IsSymbol(CharClasses.At(text, next, out var length)) && length > 0;
        return symbolFollows ? SplitRules.Symbols(text, next, slashes: true) : SplitRules.Spaces(text, start);
    }

    /// <summary>The first two alternatives' letters, or <paramref name="at"/> when neither matches there.</summary>
    private static int Word(ReadOnlySpan<byte> text, int at)
    {
        var headEnd = Head(text, at, out var tailed);
        return tailed > at ? tailed : headEnd;
    }

    /// <summary>The first alternative's letters, or <paramref name="at"/>.</summary>
    private static int TailedWord(ReadOnlySpan<byte> text, int at)
    {
        Head(text, at, out var tailed);
        return tailed;
    }

    /// <summary>
    /// The end of the longest <see cref="CharClass.WordHead"/> run. <paramref name="tailed"/> is where the first alternative
    /// ends: after the lower-case run that follows; else, giving characters of the head back until its last can be the tail,
    /// after the head's last caseless character; else <paramref name="at"/>.
    /// </summary>
    private static int Head(ReadOnlySpan<byte> text, int at, out int tailed)
    {
        tailed = at;
        CharClass c;
        int length;
        while (((c = CharClasses.At(text, at, out length)) & CharClass.WordHead) != 0)
        {
            at += length;
            if ((c & CharClass.WordTail) != 0)
                tailed = at;
        }
        if (c != CharClass.Lower)
            return at;
        var end = at;
        while ((CharClasses.At(text, end, out length) & CharClass.WordTail) != 0)
            end += length;
        tailed = end;
        return at;
    }
}
