using System.Text.RegularExpressions;

namespace PromptGateway.Routing;

/// <summary>Replaces <c>${NAME}</c> by the environment variable, so that no secret needs to stand in a file.</summary>
internal static partial class EnvironmentReference
{
    [GeneratedRegex(@"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")]
    private static partial Regex Reference();

    public static string Resolve(string text, Func<string, string?> environment, Action<string> missing) =>
        text.Contains("${", StringComparison.Ordinal)
            ? Reference()
                .Replace(
                    text,
                    match =>
                    {
                        var name = match.Groups[1].Value;
                        if (environment(name) is { Length: > 0 } value)
                            return value;
                        missing(name);
                        return "";
                    }
                )
            : text;
}
