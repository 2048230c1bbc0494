using System.Text.RegularExpressions;

namespace PromptGateway.Cli;

/// <summary>The command-line library names types of the program; people know numbers.</summary>
internal static partial class ParseErrorText
{
    [GeneratedRegex(@" as expected type '[^']*?(?<type>Int32|Int64|Decimal|Double)[^']*'")]
    private static partial Regex TypeName();

    public static string Plain(string message) =>
        TypeName()
            .Replace(
                message,
                type => type.Groups["type"].Value.StartsWith("Int", StringComparison.Ordinal) ? " as a whole number" : " as a number"
            );
}
