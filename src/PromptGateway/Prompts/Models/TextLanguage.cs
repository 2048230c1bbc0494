using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace PromptGateway.Prompts.Models;

/// <summary>
/// Tells when another wording is in another language: by the script of most letters, and between languages in Latin letters by their
/// commonest words. Where it cannot tell, it says they are the same.
/// </summary>
internal static class TextLanguage
{
    /// <summary>Words that are common in one of these languages and not in the others.</summary>
    private static readonly FrozenDictionary<string, string> Words = Index(
        ("en", "the and of to is are with that this for you what how should which your from have"),
        ("de", "der die das und ist nicht mit ein eine für den dem auf wie ich sie auch wird sind"),
        ("fr", "le les et est des une dans pour pas que qui sur avec vous au ce cette sont"),
        ("es", "el los las y es del una por para con como qué más esta son pero lo"),
        ("it", "il gli e è di che per una con sono della nel come più questo alla"),
        ("pt", "o os não uma para com em que do da dos mais como são isso"),
        ("nl", "het een en van is niet met voor dat op zijn aan hoe wordt maar")
    );

    public static bool IsSame(string original, string other) =>
        ScriptOf(original) is var script
        && (script == 0 || ScriptOf(other) == script)
        && (LanguageOf(original) is not { } language || LanguageOf(other) is not { } second || language == second);

    /// <summary>The block of Unicode, roughly, that most letters are from; 0 when there are too few.</summary>
    private static int ScriptOf(string text)
    {
        var counts = new Dictionary<int, int>();
        var letters = 0;
        foreach (var rune in text.EnumerateRunes())
            if (Rune.IsLetter(rune))
            {
                letters++;
                var script = Script(rune.Value);
                counts[script] = counts.GetValueOrDefault(script) + 1;
            }
        return letters < 8 ? 0 : counts.MaxBy(count => count.Value).Key;
    }

    private static int Script(int letter) =>
        letter switch
        {
            < 0x370 => 1,
            < 0x400 => 2,
            < 0x530 => 3,
            < 0x590 => 4,
            < 0x600 => 5,
            < 0x780 => 6,
            >= 0x900 and < 0xE00 => 7 + (letter - 0x900) / 0x80,
            >= 0xE00 and < 0xE80 => 30,
            >= 0x1E00 and < 0x1F00 => 1,
            >= 0x3040 and < 0x3100 or >= 0x3400 and < 0xA000 => 31,
            >= 0x1100 and < 0x1200 or >= 0xAC00 and < 0xD7B0 => 32,
            _ => 33,
        };

    /// <summary>Null when the words do not tell.</summary>
    private static string? LanguageOf(string text)
    {
        var counts = new Dictionary<string, int>();
        foreach (var word in text.ToLower(CultureInfo.InvariantCulture).Split(Separators, StringSplitOptions.RemoveEmptyEntries))
            if (Words.TryGetValue(word, out var language))
                counts[language] = counts.GetValueOrDefault(language) + 1;
        var best = counts.OrderByDescending(count => count.Value).ThenBy(count => count.Key, StringComparer.Ordinal).Take(2).ToArray();
        return best is [{ Value: >= 3 } first, ..] && (best.Length == 1 || first.Value >= 2 * best[1].Value) ? first.Key : null;
    }

    private static readonly char[] Separators =
    [
        ' ',
        '\t',
        '\n',
        '\r',
        '.',
        ',',
        ';',
        ':',
        '!',
        '?',
        '(',
        ')',
        '"',
        '\'',
        '’',
        '/',
        '¿',
        '¡',
    ];

    private static FrozenDictionary<string, string> Index(params ReadOnlySpan<(string Language, string Words)> lists)
    {
        var owners = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var (language, words) in lists)
        foreach (var word in words.Split(' '))
            // A word of two languages tells nothing.
            owners[word] = owners.ContainsKey(word) ? null : language;
        return owners.Where(pair => pair.Value is not null).ToFrozenDictionary(pair => pair.Key, pair => pair.Value!);
    }
}
