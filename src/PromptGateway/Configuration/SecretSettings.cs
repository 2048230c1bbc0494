using System.Text.RegularExpressions;

namespace PromptGateway.Configuration;

/// <summary>Which settings are never shown.</summary>
internal static partial class SecretSettings
{
    public const string Mask = "********";

    [GeneratedRegex(
        "(apikey|api[_-]key|admin_key|password|secret|token|hash|authorization|headers|database|postgres|connectionstring|webhook)",
        RegexOptions.IgnoreCase
    )]
    private static partial Regex SecretName();

    /// <summary>Names of amounts, not of secrets.</summary>
    [GeneratedRegex("(tokens|maxkeys|statement)$", RegexOptions.IgnoreCase)]
    private static partial Regex HarmlessName();

    /// <summary>A reference such as <c>${OPENAI_EU_KEY}</c>, which says where a secret is and not what it is.</summary>
    [GeneratedRegex(@"^\$\{[A-Za-z_][A-Za-z0-9_]*\}$")]
    private static partial Regex Reference();

    public static bool IsSecret(string path)
    {
        var steps = path.Split(':');
        var name = steps[^1].All(char.IsAsciiDigit) && steps.Length > 1 ? steps[^2] : steps[^1];
        return (SecretName().IsMatch(name) && !HarmlessName().IsMatch(name)) || steps[..^1].Any(branch => HasSecrets(branch, name));
    }

    /// <summary>The value as it may be shown.</summary>
    public static string Shown(string path, string? text) =>
        string.IsNullOrEmpty(text) || !IsSecret(path) || Reference().IsMatch(text) ? WithoutUserInfo(text ?? "") : Mask;

    /// <summary>Some webhooks are secret by their address alone; transforms of YARP set headers, of which one may be a key.</summary>
    private static bool HasSecrets(string branch, string name) =>
        Is(branch, "Headers")
        || (Is(branch, "Webhook") && Is(name, "Url"))
        || (Is(branch, "Transforms") && (Is(name, "Set") || Is(name, "Append") || Is(name, "Value")));

    private static bool Is(string step, string name) => step.Equals(name, StringComparison.OrdinalIgnoreCase);

    private static string WithoutUserInfo(string text) => UserInfo().Replace(text, $"$1{Mask}@");

    [GeneratedRegex("(://)[^/@\\s]+@")]
    private static partial Regex UserInfo();
}
