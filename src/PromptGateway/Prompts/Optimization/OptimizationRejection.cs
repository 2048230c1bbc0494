using PromptGateway.Chat;

namespace PromptGateway.Prompts.Optimization;

/// <summary>What requests are refused with for their header.</summary>
internal static class OptimizationRejection
{
    private const int LongestName = 64;

    public static readonly Rejection HeaderNotAllowed = new(
        403,
        "permission_error",
        "optimization_header_not_allowed",
        $"This key may not choose its optimization: leave out the header {OptimizationHeaders.Optimize}."
    );

    public static Rejection NoModel(string policy) =>
        Rejection.BadRequest(
            "optimization_model_missing",
            $"The optimization policy '{policy}' asks a model, and this gateway has none for it. Choose another policy, or have its operator set "
                + "Optimization:Models:Model.",
            OptimizationHeaders.Optimize
        );

    public static Rejection UnknownPolicy(string name, OptimizationSettings settings) =>
        Rejection.BadRequest(
            "unknown_optimization_policy",
            $"There is no optimization policy '{(name.Length > LongestName ? name[..LongestName] + "..." : name)}'. "
                + $"{OptimizationHeaders.Optimize} takes off, shadow, on, or one of {settings.PolicyNames}.",
            OptimizationHeaders.Optimize
        );
}
