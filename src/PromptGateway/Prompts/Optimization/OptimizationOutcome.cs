namespace PromptGateway.Prompts.Optimization;

/// <summary>What a policy made of a prompt.</summary>
internal static class OptimizationOutcome
{
    public const string Applied = "applied";

    /// <summary>Looked at, and nothing gained.</summary>
    public const string Unchanged = "unchanged";

    /// <summary>Not looked at: nothing in it that the policy works on, or too small or large.</summary>
    public const string Skipped = "skipped";

    /// <summary>Something went wrong or time ran out; what was not done went upstream as it came.</summary>
    public const string Failed = "failed";

    /// <summary>Only of shadow work: there was no room for it.</summary>
    public const string Dropped = "dropped";
}
