namespace PromptGateway.Experiments.Report;

/// <summary>What a policy that runs in shadow would have saved; all estimated, since the originals were sent.</summary>
internal sealed record ShadowGroup
{
    public required string Policy { get; init; }
    public required long Requests { get; init; }

    /// <summary>Requests for which there was no room to compute it.</summary>
    public required long Dropped { get; init; }
    public required long InputTokensBefore { get; init; }
    public required long TokensSaved { get; init; }
    public required Spread? SavedPercent { get; init; }
    public required decimal SavedUsd { get; init; }

    /// <summary>Milliseconds of computing, beside the requests.</summary>
    public required Spread? ComputeMs { get; init; }
}
