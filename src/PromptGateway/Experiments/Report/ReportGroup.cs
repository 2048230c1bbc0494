namespace PromptGateway.Experiments.Report;

/// <summary>One row of the report: requests that a policy was applied to or tried on, by what they are grouped by.</summary>
internal sealed record ReportGroup
{
    public required string Group { get; init; }

    /// <summary>The key's name where groups are keys.</summary>
    public string? Name { get; init; }

    /// <summary>Requests in mode <c>on</c>, whatever came of it.</summary>
    public required long Requests { get; init; }
    public required long Applied { get; init; }
    public required long Unchanged { get; init; }
    public required long Skipped { get; init; }
    public required long Failed { get; init; }

    /// <summary>Requests of the control arm, which are in no other figure of the row.</summary>
    public required long ControlRequests { get; init; }
    public required MeasuredFigures Measured { get; init; }
    public required EstimatedFigures Estimated { get; init; }
}
