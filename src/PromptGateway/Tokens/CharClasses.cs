using System.Buffers;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace PromptGateway.Tokens;

/// <summary>Reads one character of UTF-8 text and tells its class.</summary>
internal static class CharClasses
{
    private static readonly CharClass[] Ascii = [.. Enumerable.Range(0, 128).Select(c => Of(new Rune(c)))];

    /// <summary>
    /// The class of the character that starts at <paramref name="at"/> and its length in bytes. At the end of the text
    /// the length is 0 and the class <see cref="CharClass.Other"/>. Bytes that are not UTF-8 count as one character
    /// per maximal invalid sequence.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static CharClass At(ReadOnlySpan<byte> text, int at, out int length)
    {
        if ((uint)at < (uint)text.Length && text[at] < 128)
        {
            length = 1;
            return Ascii[text[at]];
        }
        return BeyondAscii(text, at, out length);
    }

    private static CharClass BeyondAscii(ReadOnlySpan<byte> text, int at, out int length)
    {
        length = 0;
        if (at >= text.Length)
            return CharClass.Other;
        return Rune.DecodeFromUtf8(text[at..], out var rune, out length) == OperationStatus.Done ? Of(rune) : CharClass.Other;
    }

    private static CharClass Of(Rune rune)
    {
        if (rune.Value is '\r' or '\n')
            return CharClass.NewLine;
        if (Rune.IsWhiteSpace(rune))
            return CharClass.Blank;
        return Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.UppercaseLetter or UnicodeCategory.TitlecaseLetter => CharClass.Upper,
            UnicodeCategory.LowercaseLetter => CharClass.Lower,
            UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter => CharClass.Caseless,
            UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark => CharClass.Mark,
            UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => CharClass.Number,
            _ => CharClass.Other,
        };
    }
}
