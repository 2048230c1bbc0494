using PromptGateway.Prompts.Transforms;

namespace PromptGateway.Prompts.Policies;

/// <summary>The policies that exist without configuration.</summary>
internal static class BuiltInPolicies
{
    private static readonly WhitespaceTransform Whitespace = new();
    private static readonly JsonCompactTransform CompactAll = new(fences: true);

    /// <summary>Cannot change what a model reads in any way that matters.</summary>
    public static OptimizationPolicy Safe { get; } = new("safe", [Whitespace, new JsonCompactTransform(fences: false)]);

    /// <summary>Everything that can be decoded again.</summary>
    public static OptimizationPolicy Lossless { get; } =
        new("lossless", [Whitespace, CompactAll, new JsonTableTransform(), new LogFoldTransform(), new RepeatReferenceTransform()]);

    /// <summary>For agents: old tool results are masked first, so that nothing refers to a text that is gone.</summary>
    public static OptimizationPolicy Agent { get; } = new("agent", [new MaskOldToolOutputTransform(), .. Lossless.Transforms]);

    public static IReadOnlyList<OptimizationPolicy> All { get; } = [Safe, Lossless, Agent];

    public static OptimizationPolicy? Find(string name) => All.FirstOrDefault(policy => policy.Name == name);
}
