using System.Text.RegularExpressions;

namespace PromptGateway.Prompts.Models;

/// <summary>
/// Checks that another wording of a text still has what must not get lost: code blocks and inline code, URLs, e-mail addresses, numbers and
/// dates, quotations, placeholders and identifiers, each to the letter, and at least as many negations.
/// </summary>
internal static partial class TextSurvivors
{
    private const int Limit = 200;

    public static bool AllIn(string original, string other)
    {
        try
        {
            foreach (Match match in Verbatim().Matches(original))
                if (!other.Contains(Trimmed(match), StringComparison.Ordinal))
                    return false;
            var numbers = Number().Matches(other).Select(match => match.Value).ToHashSet(StringComparer.Ordinal);
            foreach (Match number in Number().Matches(original))
                if (!numbers.Contains(number.Value))
                    return false;
            return Negation().Count(other) >= Negation().Count(original);
        }
        // A text that is made to be slow to check is not rewritten.
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
    }

    /// <summary>What is inside of quotation marks counts, not their style; a URL ends before the punctuation of its sentence.</summary>
    private static string Trimmed(Match match) =>
        match.Groups["quoted"] is { Success: true } quoted ? quoted.Value
        : match.Groups["url"].Success ? match.Value.TrimEnd('.', ',', ';', ':', '!', '?', ')', ']', '>', '"', '\'')
        : match.Value;

    [GeneratedRegex(
        """```[\s\S]*?```|`[^`\n]+`|(?<url>https?://\S+)|[\w.+-]+@[\w-]+\.[\w.-]+\w|"(?<quoted>[^"\n]+)"|“(?<quoted>[^”\n]+)”|„(?<quoted>[^“”\n]+)[“”]|«(?<quoted>[^»\n]+)»|「(?<quoted>[^」\n]+)」|(?<=^|\s)'(?<quoted>[^'\n]{2,})'(?=\W|$)|\{\{?[\w.\- ]+\}?\}|\$\{?\w+\}?|(?<![\w/.])(?:\.{0,2}/)?[\w-]+(?:/[\w.-]+)+|\b[A-Za-z0-9]+_\w+\b|\b\w+\(\)""",
        RegexOptions.CultureInvariant,
        Limit
    )]
    private static partial Regex Verbatim();

    [GeneratedRegex(@"\d+(?:[.,:/\-]\d+)*", RegexOptions.CultureInvariant, Limit)]
    private static partial Regex Number();

    [GeneratedRegex(
        @"\b(?:not|no|never|none|nothing|nobody|without|neither|nor|cannot|nicht|nichts|nie|niemals|ohne|kein\w*|weder|ne|pas|jamais|aucun\w*|sans|rien|nunca|jamás|sin|nada|ningún\w*|ninguna|não|sem|nenhum\w*|non|mai|senza|nessun\w*|niet|geen|nooit|zonder|inte|aldrig|utan|nie|bez|не|нет|никогда|без|ни)\b|n['’]t\b|不|没|沒|無|无|ない|ません|않|없",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase,
        Limit
    )]
    private static partial Regex Negation();
}
