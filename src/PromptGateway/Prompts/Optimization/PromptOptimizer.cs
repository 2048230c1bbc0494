using PromptGateway.Metrics;
using PromptGateway.Prompts.Map;
using PromptGateway.Prompts.Policies;
using PromptGateway.Prompts.Transforms;
using PromptGateway.Tokens;

namespace PromptGateway.Prompts.Optimization;

/// <summary>Runs the policy that was chosen for a request, in its mode. Never throws.</summary>
internal sealed class PromptOptimizer(PolicyRunner runner, OptimizationMetrics metrics, TimeProvider time)
{
    /// <summary>Told without reading the prompt.</summary>
    public static bool HasNothingToDo(Prompt prompt, RequestFormat format, OptimizationPolicy policy) =>
        prompt.Body.Length < policy.SmallestBody
        || prompt.Body.Length > policy.LargestBody
        || !ToolResultProbe.MayHave(prompt.Body.Span, format);

    /// <summary>The mode's name before an arm was drawn.</summary>
    public static string NameOf(PolicyMode mode) =>
        mode switch
        {
            PolicyMode.Shadow => OptimizationMode.Shadow,
            PolicyMode.Off => OptimizationMode.Off,
            _ => OptimizationMode.On,
        };

    /// <returns>What was done, and the edits over the prompt's body if there are any; dispose them after the body's last use.</returns>
    public (PromptOptimization Optimization, OptimizedPrompt? Edits) Optimize(
        Prompt prompt,
        RequestFormat format,
        PolicyChoice choice,
        OptimizationSettings settings,
        string keyId
    )
    {
        var policy = choice.Policy!;
        var (result, edits) = Run(prompt, format, policy);
        Count(policy, OptimizationMode.On, result);
        return (
            new PromptOptimization
            {
                Policy = policy.Name,
                Mode = OptimizationMode.On,
                Result = result,
            },
            edits
        );
    }

    private (PolicyResult Result, OptimizedPrompt? Edits) Run(Prompt prompt, RequestFormat format, OptimizationPolicy policy)
    {
        var started = time.GetTimestamp();
        try
        {
            var optimized = runner.Run(prompt.Body.Memory, format, policy);
            var result = PolicyResult.Of(optimized, time.GetElapsedTime(started));
            if (!optimized.Body.IsUnchanged)
                return (result, optimized);
            optimized.Dispose();
            return (result, null);
        }
        // Fail open: no fault of ours may cost a request.
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return (PolicyResult.Failed(SkipReason.Failed, time.GetElapsedTime(started)), null);
        }
    }

    private void Count(OptimizationPolicy policy, string mode, PolicyResult result)
    {
        var series = metrics.Of(policy.Name);
        series.Count(mode, result.Outcome);
        metrics.Took(policy.Name, mode, result.Time);
        foreach (var saving in result.Transforms)
            metrics.SavedTokens(policy.Name, mode, saving.Name, saving.Tokens);
        if (result.Outcome is OptimizationOutcome.Failed or OptimizationOutcome.Applied && result.Reason is { } reason)
            metrics.FellBack(policy.Name, reason);
    }
}
