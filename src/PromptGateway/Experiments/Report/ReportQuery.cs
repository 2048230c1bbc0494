namespace PromptGateway.Experiments.Report;

/// <summary>Which part of the ledger the report is about; absent filters match everything.</summary>
internal sealed record ReportQuery
{
    public ReportGrouping GroupBy { get; init; }

    /// <summary>Inclusive.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Exclusive.</summary>
    public DateTimeOffset? To { get; init; }
    public string? Policy { get; init; }
    public string? Key { get; init; }
    public string? Team { get; init; }

    /// <summary>As sent upstream.</summary>
    public string? Model { get; init; }

    /// <summary>Only requests of experiments.</summary>
    public bool OnlyArms { get; init; }
}
