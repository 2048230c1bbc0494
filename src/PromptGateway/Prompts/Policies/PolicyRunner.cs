using PromptGateway.Prompts.Map;
using PromptGateway.Prompts.Transforms;
using PromptGateway.Tokens;

namespace PromptGateway.Prompts.Policies;

/// <summary>
/// Runs a policy over a request body. Never throws and never makes a body longer: whatever goes wrong, the text in question stays as it
/// is. Parts are taken in the order of the prompt, all transforms on one part before the next. When the budget runs out, the rest stays as
/// it is; what was decided for a part is remembered, so that the next turn sends the same bytes for it. Thread-safe.
/// </summary>
/// <param name="time">Measures budgets.</param>
/// <param name="cache">What earlier turns got; null: every run starts from nothing.</param>
internal sealed class PolicyRunner(TimeProvider time, SegmentCache? cache = null)
{
    /// <param name="body">Borrowed by the result.</param>
    /// <param name="format">The body's shape.</param>
    /// <param name="policy">What to run; its mode is the caller's business.</param>
    /// <param name="target">Where it goes.</param>
    public OptimizedPrompt Run(ReadOnlyMemory<byte> body, RequestFormat format, OptimizationPolicy policy, PromptTarget? target = null)
    {
        if (body.Length < policy.SmallestBody)
            return Untouched(body, policy, SkipReason.TooShort);
        if (body.Length > policy.LargestBody)
            return Untouched(body, policy, SkipReason.TooLong);
        var started = time.GetTimestamp();
        using var map = PromptMap.Rent();
        if (!map.TryRead(body.Span, format))
            return Untouched(body, policy, SkipReason.NotParsed);
        if (!HasTexts(map) && !policy.Transforms.Any(transform => transform is IPromptEdit))
            return Untouched(body, policy, SkipReason.NoToolResults);
        using var run = new PolicyRun(new PromptDraft(body, map, format, target ?? PromptTarget.Unknown), policy, time, cache, started);
        return run.Execute(body);
    }

    private static bool HasTexts(PromptMap map)
    {
        foreach (ref readonly var segment in map.Segments)
            if (segment.IsEditable)
                return true;
        return false;
    }

    private static OptimizedPrompt Untouched(ReadOnlyMemory<byte> body, OptimizationPolicy policy, string reason)
    {
        var reports = new TransformReport[policy.Transforms.Count];
        for (var index = 0; index < reports.Length; index++)
        {
            var transform = policy.Transforms[index];
            reports[index] = new TransformReport(transform.Name, transform.Class, false, 0, 0, reason);
        }
        return new OptimizedPrompt(body, reports, null) { SkippedBecause = reason };
    }
}
