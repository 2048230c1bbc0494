using PromptGateway.Prompts.Asking;

namespace PromptGateway.Prompts.Optimization;

/// <summary>
/// The configuration section <c>Optimization</c>, without its policies' transforms, which each have settings of their own; see
/// <c>docs/guides/optimization.md</c>.
/// </summary>
internal sealed class OptimizationSection
{
    public const string Name = "Optimization";

    /// <summary>Policy of requests that no rule speaks of, or <c>off</c>.</summary>
    public string Default { get; set; } = "safe";

    /// <summary>Its mode; absent: the policy's own.</summary>
    public string? Mode { get; set; }

    /// <summary>Whether callers may choose by header.</summary>
    public bool AllowHeader { get; set; } = true;

    /// <summary>Bytes of results that are remembered between the turns of conversations.</summary>
    public int CacheBytes { get; set; } = 64 << 20;

    /// <summary>A policy that is computed on a sample of requests, off their path, to see what it would save.</summary>
    public ShadowSection Shadow { get; set; } = new();

    /// <summary>The model that transforms ask which need one, and what that may cost.</summary>
    public ModelsSection Models { get; set; } = new();

    /// <summary>Policies of some keys, teams or models.</summary>
    public List<RuleSection> Rules { get; set; } = [];
}
