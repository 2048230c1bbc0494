using PromptGateway.Metrics;
using PromptGateway.Prompts.Asking;
using PromptGateway.Prompts.Policies;
using PromptGateway.Prompts.Transforms;
using PromptGateway.Tokens;

namespace PromptGateway.Prompts.Optimization;

/// <summary>Runs a policy over a body and counts what came of it. Never throws: whatever goes wrong, there are no edits.</summary>
internal sealed class PolicyExecution(PolicyRunner runner, OptimizationMetrics metrics, TimeProvider time)
{
    /// <returns>What came of it, and the edits over the body if there are any; dispose them after the body's last use.</returns>
    public (PolicyResult Result, OptimizedPrompt? Edits) Run(
        ReadOnlyMemory<byte> body,
        RequestFormat format,
        OptimizationPolicy policy,
        PromptTarget target,
        string mode,
        AskedPolicy? asked = null
    )
    {
        using var span = OptimizationSpan.Start(policy.Name, mode);
        var started = time.GetTimestamp();
        OptimizedPrompt? optimized = null;
        PolicyResult result;
        try
        {
            optimized = runner.Run(body, format, policy, target);
            result = PolicyResult.Of(optimized, time.GetElapsedTime(started));
        }
        // Fail open: no fault of ours may cost a request.
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            optimized?.Dispose();
            optimized = null;
            result = PolicyResult.Failed(SkipReason.Failed, time.GetElapsedTime(started));
        }
        if (asked is not null)
            result = result.With(asked);
        Count(policy, mode, result);
        OptimizationSpan.Describe(span, result.Outcome, result.TokensSaved);
        if (optimized?.Body.IsUnchanged != true)
            return (result, optimized);
        optimized.Dispose();
        return (result, null);
    }

    /// <summary>The policy was not run.</summary>
    /// <param name="reason">Null: nothing is wrong with that.</param>
    public void Dropped(OptimizationPolicy policy, string mode, string? reason)
    {
        metrics.Of(policy.Name).Count(mode, OptimizationOutcome.Skipped);
        if (reason is not null)
            metrics.FellBack(policy.Name, reason);
    }

    /// <summary>Something around the policy failed.</summary>
    public void Failed(OptimizationPolicy policy, string mode)
    {
        metrics.Of(policy.Name).Count(mode, OptimizationOutcome.Failed);
        metrics.FellBack(policy.Name, SkipReason.Failed);
    }

    private void Count(OptimizationPolicy policy, string mode, PolicyResult result)
    {
        metrics.Of(policy.Name).Count(mode, result.Outcome);
        metrics.Took(policy.Name, mode, result.Time);
        foreach (var saving in result.Transforms)
            metrics.SavedTokens(policy.Name, mode, saving.Name, saving.Tokens);
        if (result.Outcome is OptimizationOutcome.Failed or OptimizationOutcome.Applied && result.Reason is { } reason)
            metrics.FellBack(policy.Name, reason);
    }
}
