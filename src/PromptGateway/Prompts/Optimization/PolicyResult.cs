using PromptGateway.Prompts.Asking;
using PromptGateway.Prompts.Policies;
using PromptGateway.Prompts.Transforms;

namespace PromptGateway.Prompts.Optimization;

/// <summary>What a policy made of one prompt, without the prompt itself.</summary>
/// <param name="Outcome">As in <see cref="OptimizationOutcome"/>.</param>
/// <param name="Reason">Why it skipped, failed, or changed nothing: as in <see cref="SkipReason"/>.</param>
/// <param name="TokensSaved">Estimated.</param>
/// <param name="Time">All of it: reading the prompt, the transforms, their checks.</param>
/// <param name="Transforms">What each transform saved.</param>
internal sealed record PolicyResult(
    string Outcome,
    string? Reason,
    long TokensSaved,
    TimeSpan Time,
    IReadOnlyList<TransformSaving> Transforms
)
{
    /// <summary>What was saved in which kind of content.</summary>
    public IReadOnlyList<KindSaving> Kinds { get; init; } = [];

    public static PolicyResult Skipped(string reason, TimeSpan time) => new(OptimizationOutcome.Skipped, reason, 0, time, []);

    public static PolicyResult Failed(string reason, TimeSpan time) => new(OptimizationOutcome.Failed, reason, 0, time, []);

    public static PolicyResult Of(OptimizedPrompt prompt, TimeSpan time)
    {
        var failure =
            prompt.RanOutOfTime ? SkipReason.TimeBudget
            : prompt.SkippedBecause == SkipReason.NotParsed ? SkipReason.NotParsed
            : FailureOf(prompt.Transforms);
        var outcome = prompt switch
        {
            { Body.IsUnchanged: false } => OptimizationOutcome.Applied,
            _ when failure is not null => OptimizationOutcome.Failed,
            { SkippedBecause: not null } => OptimizationOutcome.Skipped,
            _ => OptimizationOutcome.Unchanged,
        };
        var saved = TokenSavings.Of(prompt.Body, out var kinds);
        var reason = failure ?? prompt.SkippedBecause ?? (outcome == OptimizationOutcome.Unchanged ? ReasonOf(prompt.Transforms) : null);
        return new PolicyResult(outcome, reason, saved, time, Savings(prompt, saved)) { Kinds = kinds };
    }

    /// <summary>Why nothing was changed: the one reason of all transforms, if they have one.</summary>
    private static string ReasonOf(IReadOnlyList<TransformReport> transforms)
    {
        string? reason = null;
        foreach (var report in transforms)
            if ((reason ??= report.SkippedBecause) != report.SkippedBecause)
                return SkipReason.NothingToDo;
        return reason ?? SkipReason.NothingToDo;
    }

    /// <summary>The same with what asking models took, and why they were of no use.</summary>
    public PolicyResult With(AskedPolicy asked) =>
        this with
        {
            Time = Time + asked.Time,
            Reason = asked.Failure ?? Reason,
            Outcome = asked.Failure is not null && Outcome != OptimizationOutcome.Applied ? OptimizationOutcome.Failed : Outcome,
        };

    private static string? FailureOf(IReadOnlyList<TransformReport> transforms)
    {
        foreach (var report in transforms)
            if (report.SkippedBecause is SkipReason.Failed or SkipReason.SurvivorCheck)
                return report.SkippedBecause;
        return null;
    }

    /// <summary>Tokens are known of the whole; each transform gets its part by the bytes that it took out.</summary>
    private static List<TransformSaving> Savings(OptimizedPrompt prompt, long tokens)
    {
        long bytes = 0;
        foreach (var report in prompt.Transforms)
            bytes += report.BytesSaved;
        var savings = new List<TransformSaving>();
        foreach (var report in prompt.Transforms)
            if (report.Applied)
                savings.Add(
                    new TransformSaving(
                        report.Name,
                        bytes == 0 ? 0 : (long)((Int128)tokens * report.BytesSaved / bytes),
                        report.Microseconds
                    )
                );
        return savings;
    }
}
