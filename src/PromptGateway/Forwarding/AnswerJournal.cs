using PromptGateway.Chat;
using PromptGateway.Endpoints;
using PromptGateway.Usage;
using PromptGateway.Usage.Journal;

namespace PromptGateway.Forwarding;

/// <summary>
/// Notes a request's row before the client gets the end of its answer: whatever happens to the process from then on, the row exists.
/// </summary>
internal sealed class AnswerJournal(UsageJournal journal, TimeProvider time)
{
    /// <summary>The end of the answer is known and about to go out.</summary>
    public void Keep(HttpContext context, Attempt attempt)
    {
        var tally = context.Noun<UsageTally>();
        Settlement.Foresee(context, attempt, tally);
        journal.Keep(RowOf(context, tally));
    }

    /// <summary>The gateway answers in the upstream's place.</summary>
    public void Keep(HttpContext context, UsageTally tally, Rejection rejection)
    {
        if (tally.SentAt != 0)
            journal.Keep(RowOf(context, tally) with { Status = rejection.Status, ErrorCode = rejection.Code });
    }

    private UsageRecord RowOf(HttpContext context, UsageTally tally) =>
        new FinishedRequest(context, tally, tally.Outcome ?? Outcome.Ok, time).ToRecord();
}
