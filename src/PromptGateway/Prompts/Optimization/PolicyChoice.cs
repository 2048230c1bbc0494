using PromptGateway.Prompts.Policies;

namespace PromptGateway.Prompts.Optimization;

/// <summary>Which policy is for a request, and in which mode. Without a policy nothing is optimized.</summary>
internal readonly record struct PolicyChoice(OptimizationPolicy? Policy, PolicyMode Mode)
{
    public static readonly PolicyChoice Off = new(null, PolicyMode.Off);

    public bool IsOff => Policy is null || Mode == PolicyMode.Off;

    public static PolicyChoice Of(OptimizationPolicy policy) => new(policy, policy.Mode);
}
