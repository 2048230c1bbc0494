namespace PromptGateway.Experiments.Report;

/// <summary>What was saved in one kind of content, or by one transform; estimated. Null: the ledger does not tell.</summary>
internal sealed record PartGroup(
    string Group,
    long Requests,
    long? TokensBefore,
    long? TokensAfter,
    long TokensSaved,
    double? Microseconds
);
