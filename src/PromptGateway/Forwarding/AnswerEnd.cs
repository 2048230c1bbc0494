namespace PromptGateway.Forwarding;

/// <summary>What a tap does when it has the end of an answer and the client has not.</summary>
internal readonly struct AnswerEnd(HttpContext context, Attempt attempt, AnswerJournal journal)
{
    public void Reached() => journal.Keep(context, attempt);
}
