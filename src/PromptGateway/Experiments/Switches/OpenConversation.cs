using PromptGateway.Usage;

namespace PromptGateway.Experiments.Switches;

/// <summary>What was seen of one conversation so far.</summary>
internal sealed class OpenConversation(bool isControl)
{
    private int _errors;
    private int _retries;
    private int _toolAnswers;
    private int _invalidToolAnswers;

    public bool IsControl => isControl;

    public int Requests { get; private set; }

    public DateTimeOffset LastSeen { get; private set; }

    public double ErrorRate => (double)_errors / Requests;

    public double RetryRate => (double)_retries / Requests;

    /// <summary>Null when no answer had tool calls that were read.</summary>
    public double? InvalidToolCallRate => _toolAnswers == 0 ? null : (double)_invalidToolAnswers / _toolAnswers;

    public void Add(UsageRecord record)
    {
        Requests++;
        LastSeen = record.StartedAt > LastSeen ? record.StartedAt : LastSeen;
        _errors += Report.OutcomeKinds.IsError(record) ? 1 : 0;
        _retries += record.Attempts > 1 ? 1 : 0;
        if (record.ToolCalls is not > 0)
            return;
        _toolAnswers++;
        _invalidToolAnswers += record.InvalidToolCalls > 0 ? 1 : 0;
    }
}
