using System.Collections.Immutable;
using PromptGateway.Prompts.Asking;
using PromptGateway.Prompts.Policies;

namespace PromptGateway.Prompts.Optimization;

/// <summary>The section <c>Optimization</c>, checked and ready. Immutable.</summary>
internal sealed record OptimizationSettings
{
    /// <summary>By name, without regard to case.</summary>
    public required IReadOnlyDictionary<string, OptimizationPolicy> Policies { get; init; }

    /// <summary>What applies when no rule speaks of the request.</summary>
    public required PolicyChoice Default { get; init; }

    /// <summary>In the order in which they are asked.</summary>
    public ImmutableArray<OptimizationRule> Rules { get; init; } = [];
    public bool AllowHeader { get; init; } = true;

    /// <summary>Computed beside a sample of the requests; null: none.</summary>
    public OptimizationPolicy? Shadow { get; init; }

    /// <summary>From 0 to 1.</summary>
    public double ShadowShare { get; init; }
    public int MaxQueuedBytes { get; init; }
    public int CacheBytes { get; init; }

    /// <summary>How models are asked.</summary>
    public AskSettings Ask { get; init; } = AskSettings.Standard;

    /// <summary>Whether a policy needs a model that is not configured.</summary>
    public bool LacksModel(OptimizationPolicy policy) =>
        policy.AsksModel && policy.Transforms.OfType<IModelTransform>().Any(transform => transform.Over(Ask).Model is null);

    /// <summary>For messages.</summary>
    public string PolicyNames => string.Join(", ", Policies.Keys.Order(StringComparer.Ordinal));
}
