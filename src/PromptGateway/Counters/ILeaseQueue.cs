namespace PromptGateway.Counters;

/// <summary>Takes counters that should speak to the bank soon. Called under a counter's lock: must not block.</summary>
internal interface ILeaseQueue
{
    void Enqueue(LeasedCounter counter);
}
