namespace PromptGateway.Experiments.Report;

/// <summary>The two arms of one policy's experiment.</summary>
internal sealed record ArmComparison
{
    public required string Policy { get; init; }
    public required long TreatmentRequests { get; init; }
    public required long ControlRequests { get; init; }
    public required IReadOnlyList<ArmFigure> Figures { get; init; }

    /// <summary>Milliseconds.</summary>
    public required Spread? TreatmentLatencyMs { get; init; }
    public required Spread? ControlLatencyMs { get; init; }
}
