using PromptGateway.Prompts.Models;
using PromptGateway.Prompts.Transforms;

namespace PromptGateway.Prompts.Policies;

/// <summary>The policies that exist without configuration.</summary>
internal static class BuiltInPolicies
{
    /// <summary>OpenAI's, and that of most of Anthropic's models.</summary>
    private const int UsualCacheMinimum = 1024;

    private static readonly WhitespaceTransform Whitespace = new();
    private static readonly JsonCompactTransform CompactAll = new(fences: true);

    /// <summary>Cannot change what a model reads in any way that matters.</summary>
    public static OptimizationPolicy Safe { get; } = new("safe", [Whitespace, new JsonCompactTransform(fences: false)]);

    /// <summary>Everything that can be decoded again.</summary>
    public static OptimizationPolicy Lossless { get; } =
        new("lossless", [Whitespace, CompactAll, new JsonTableTransform(), new LogFoldTransform(), new RepeatReferenceTransform()]);

    /// <summary>For agents: old tool results are masked when that pays, and the provider's prompt cache is helped, also by staying long enough for it.</summary>
    public static OptimizationPolicy Agent { get; } =
        new("agent", [.. Lossless.Transforms, new MaskOldToolOutputTransform(), new CacheHintsTransform()])
        {
            CacheableTokens = UsualCacheMinimum,
        };

    /// <summary>For long chats: the oldest messages are left out when three quarters of the target's window are used.</summary>
    public static OptimizationPolicy Chat { get; } = new("chat", [new TrimHistoryTransform(), .. Lossless.Transforms]);

    /// <summary>The user's prompt rewritten by a model, where one is configured.</summary>
    public static OptimizationPolicy Rewrite { get; } = new("rewrite", [.. Safe.Transforms, new RewriteTransform()]);

    public static IReadOnlyList<OptimizationPolicy> All { get; } = [Safe, Lossless, Agent, Chat, Rewrite];

    public static OptimizationPolicy? Find(string name) => All.FirstOrDefault(policy => policy.Name == name);
}
