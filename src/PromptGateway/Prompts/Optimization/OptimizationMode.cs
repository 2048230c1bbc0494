namespace PromptGateway.Prompts.Optimization;

/// <summary>How a policy met a request, as ledger, metrics and headers say it.</summary>
internal static class OptimizationMode
{
    public const string Off = "off";

    /// <summary>Computed beside the request; the original was sent.</summary>
    public const string Shadow = "shadow";

    public const string On = "on";

    /// <summary>In an experiment: the original was sent.</summary>
    public const string Control = "control";
}
