namespace PromptGateway.Experiments.Report;

/// <summary>What optimization did over a part of the ledger. Measured and estimated figures stand apart.</summary>
internal sealed record SavingsReport
{
    public required ReportGroup Total { get; init; }
    public required IReadOnlyList<ReportGroup> Groups { get; init; }

    /// <summary>Instead of <see cref="Groups"/> where these are parts of requests: kinds of content, transforms.</summary>
    public required IReadOnlyList<PartGroup> Parts { get; init; }

    /// <summary>Whether parts were asked for; there may be none.</summary>
    public required bool IsByParts { get; init; }
    public required IReadOnlyList<ShadowGroup> Shadow { get; init; }
    public required IReadOnlyList<ArmComparison> Arms { get; init; }
}
