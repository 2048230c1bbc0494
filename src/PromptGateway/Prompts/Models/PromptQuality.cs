using System.Text.RegularExpressions;

namespace PromptGateway.Prompts.Models;

/// <summary>
/// Tells prompts that somebody has already put in order, which rewriting rather harms. The rule: two of three are there: a list of two or
/// more items; a heading or a line that ends in a colon; a part that is set apart by a code fence, by XML tags or by triple quotes.
/// </summary>
internal static partial class PromptQuality
{
    public static bool IsGood(string prompt)
    {
        var signs = 0;
        if (ListItem().Count(prompt) >= 2)
            signs++;
        if (Heading().IsMatch(prompt))
            signs++;
        if (SetApart().IsMatch(prompt))
            signs++;
        return signs >= 2;
    }

    [GeneratedRegex(@"^[ \t]*(?:[-*•]|\d{1,3}[.)])[ \t]+\S", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex ListItem();

    [GeneratedRegex(@"^[ \t]*(?:#{1,6}[ \t]+\S|[^\n]{1,80}:[ \t]*\r?$)", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Heading();

    [GeneratedRegex("""```|\"{3}|<(\w{1,40})>[\s\S]*?</\1>""", RegexOptions.CultureInvariant, 100)]
    private static partial Regex SetApart();
}
