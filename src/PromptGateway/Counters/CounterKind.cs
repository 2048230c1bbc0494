namespace PromptGateway.Counters;

/// <summary>Who books what a replica uses of a counter, and what becomes of a dead replica's lease.</summary>
internal enum CounterKind
{
    /// <summary>Requests or tokens of one window. Booked by the lease; what a dead replica held counts as used until the window is over.</summary>
    Window,

    /// <summary>Requests at a time. Nothing is used up; what a dead replica held comes back when its lease has ended.</summary>
    Slots,

    /// <summary>
    /// Spend. Booked by the ledger's rows and by nothing else; what a dead replica held comes back when its calls cannot run any more.
    /// </summary>
    Ledger,
}
