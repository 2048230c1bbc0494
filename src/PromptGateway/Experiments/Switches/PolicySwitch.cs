namespace PromptGateway.Experiments.Switches;

/// <summary>Whether a policy was switched off for a model, or set back after that.</summary>
internal sealed record PolicySwitch
{
    public required string Policy { get; init; }

    /// <summary>As callers ask for it.</summary>
    public required string Model { get; init; }

    /// <summary>False: an administrator has set it back; what was seen before then counts no more.</summary>
    public required bool IsOff { get; init; }
    public required DateTimeOffset ChangedAt { get; init; }

    /// <summary>What crossed its margin; null when it is set back.</summary>
    public string? Metric { get; init; }

    /// <summary>In words; null when it is set back.</summary>
    public string? Reason { get; init; }
}
