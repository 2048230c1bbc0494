namespace PromptGateway.Counters;

/// <summary>What the bank says about one counter.</summary>
/// <param name="Sequence">Of the request that was carried out; another one than asked means that the request came too late.</param>
/// <param name="Hold">What the replica now holds beyond what it has booked.</param>
/// <param name="Settled">What is booked, by all.</param>
/// <param name="Others">What other replicas hold.</param>
/// <param name="Unanswered">
/// Of that, what living replicas hold who have not been heard since <see cref="LeaseRequest.WaitingSince"/>, and what others hold in advance.
/// </param>
/// <param name="Replicas">How many replicas use the counter, this one included.</param>
/// <param name="Cap">The newest that the bank knows.</param>
/// <param name="Wanted">Somebody else is short: what is not in use should come back.</param>
/// <param name="Now">The bank's clock, UTC ticks.</param>
internal readonly record struct LeaseAnswer(
    long Sequence,
    long Hold,
    long Settled,
    long Others,
    long Unanswered,
    int Replicas,
    long Cap,
    bool Wanted,
    long Now
);
