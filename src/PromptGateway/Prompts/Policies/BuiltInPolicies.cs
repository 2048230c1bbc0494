using PromptGateway.Prompts.Models;
using PromptGateway.Prompts.Transforms;

namespace PromptGateway.Prompts.Policies;

/// <summary>The policies that exist without configuration.</summary>
internal static class BuiltInPolicies
{
    private static readonly WhitespaceTransform Whitespace = new();
    private static readonly JsonCompactTransform CompactAll = new(fences: true);

    /// <summary>Cannot change what a model reads in any way that matters.</summary>
    public static OptimizationPolicy Safe { get; } = Make("safe", [Whitespace, new JsonCompactTransform(fences: false)]);

    /// <summary>Everything that can be decoded again.</summary>
    public static OptimizationPolicy Lossless { get; } =
        Make("lossless", [Whitespace, CompactAll, new JsonTableTransform(), new LogFoldTransform(), new RepeatReferenceTransform()]);

    /// <summary>For agents: old tool results are masked when that pays, and the provider's prompt cache is helped.</summary>
    public static OptimizationPolicy Agent { get; } =
        Make("agent", [.. Lossless.Transforms, new MaskOldToolOutputTransform(), new CacheHintsTransform()]);

    /// <summary>For long chats: the oldest messages are left out when three quarters of the target's window are used.</summary>
    public static OptimizationPolicy Chat { get; } = Make("chat", [new TrimHistoryTransform(), .. Lossless.Transforms]);

    /// <summary>The user's prompt rewritten by a model, where one is configured.</summary>
    public static OptimizationPolicy Rewrite { get; } = Make("rewrite", [.. Safe.Transforms, new RewriteTransform()]);

    public static IReadOnlyList<OptimizationPolicy> All { get; } = [Safe, Lossless, Agent, Chat, Rewrite];

    public static OptimizationPolicy? Find(string name) => All.FirstOrDefault(policy => policy.Name == name);

    private static OptimizationPolicy Make(string name, IReadOnlyList<ITransform> transforms) =>
        new(name, transforms) { CacheableTokens = OptimizationPolicy.UsualCacheMinimum };
}
