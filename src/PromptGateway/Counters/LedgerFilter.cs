namespace PromptGateway.Counters;

/// <summary>Which rows of the ledger a counter of <see cref="CounterKind.Ledger"/> sums, and what of them.</summary>
/// <param name="Scope"><c>key</c>, <c>team</c> or <c>gateway</c>.</param>
/// <param name="Subject">Key id or team; empty for the gateway.</param>
/// <param name="Money">Nano-dollars; otherwise tokens.</param>
/// <param name="Models">Globs, by the model asked for or the one that went upstream; null: all.</param>
/// <param name="From">First moment of the period; null: from the beginning.</param>
/// <param name="Until">First moment after it; null: never.</param>
internal sealed record LedgerFilter(
    string Scope,
    string Subject,
    bool Money,
    IReadOnlyList<string>? Models,
    DateTimeOffset? From,
    DateTimeOffset? Until
);
