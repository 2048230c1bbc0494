using PromptGateway.Tokens;

namespace PromptGateway.Cli.Replay;

/// <summary>The API key of a replay's target, where none is given.</summary>
internal static class ReplayKey
{
    /// <summary>Counts before the providers' own.</summary>
    public const string Variable = "PROMPTGATEWAY_REPLAY_KEY";

    private static readonly string[] Usual = [Variable, "OPENAI_API_KEY", "ANTHROPIC_API_KEY"];

    /// <summary>Who has the keys of both providers does not want the one to see that of the other.</summary>
    private static readonly string[] ForMessages = [Variable, "ANTHROPIC_API_KEY", "OPENAI_API_KEY"];

    /// <param name="format">What is sent.</param>
    /// <param name="environment">A variable's value; null or empty: it is not set.</param>
    /// <returns>Null: there is none.</returns>
    public static string? Find(RequestFormat format, Func<string, string?> environment)
    {
        foreach (var name in format == RequestFormat.Messages ? ForMessages : Usual)
            if (environment(name) is { Length: > 0 } key)
                return key;
        return null;
    }
}
