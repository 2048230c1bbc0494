namespace PromptGateway.Counters;

/// <summary>What a replica tells and asks the bank about one counter. All amounts are in the counter's own unit.</summary>
internal sealed record LeaseRequest
{
    public required string Counter { get; init; }

    /// <summary>Start of window or period in UTC ticks; 0 for counters without one.</summary>
    public required long Window { get; init; }
    public required CounterKind Kind { get; init; }

    /// <summary>How much there is in all, as this replica knows it.</summary>
    public required long Cap { get; init; }

    /// <summary>Of the declaration of the cap: the bank keeps the newest.</summary>
    public required long CapVersion { get; init; }

    /// <summary>For counters of <see cref="CounterKind.Ledger"/>.</summary>
    public LedgerFilter? Ledger { get; init; }

    /// <summary>Rises with each request of this replica for this counter; the bank passes over one that comes late.</summary>
    public required long Sequence { get; init; }

    /// <summary>Used since the window began, by this replica, and no longer to be held for it.</summary>
    public required long Booked { get; init; }

    /// <summary>Held by requests in flight and by rows that are not in the ledger yet; part of the next four.</summary>
    public required long Keep { get; init; }

    /// <summary>Without this much nobody who waits is served.</summary>
    public required long Least { get; init; }

    /// <summary>With this much everybody who waits is served.</summary>
    public required long Need { get; init; }

    /// <summary>What the replica would like to hold; less than it holds gives the rest back.</summary>
    public required long Want { get; init; }

    /// <summary>
    /// What the replica goes on using whatever the answer is, <see cref="Keep"/> at least. The bank may take back what it holds beyond that: a
    /// remainder that is too small for those who wait here, with another one's, may be enough for somebody.
    /// </summary>
    public required long Retain { get; init; }

    /// <summary>The bank's time when somebody here began to wait for what others hold; 0 when nobody does.</summary>
    public long WaitingSince { get; init; }
}
