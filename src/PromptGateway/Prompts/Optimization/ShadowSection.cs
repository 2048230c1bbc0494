namespace PromptGateway.Prompts.Optimization;

/// <summary>The section <c>Optimization:Shadow</c>: a policy that is computed on a sample of requests, off their path, to see what it would save.</summary>
internal sealed class ShadowSection
{
    /// <summary>Name of the policy, or <c>off</c>.</summary>
    public string Policy { get; set; } = "lossless";

    /// <summary>Share of the requests, from 0 to 1.</summary>
    public double Share { get; set; } = 0.05;

    /// <summary>Bytes of prompts that may wait to be looked at; further ones are dropped and counted.</summary>
    public int MaxQueuedBytes { get; set; } = 32 << 20;
}
