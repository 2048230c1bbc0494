using PromptGateway.Experiments.Switches;

namespace PromptGateway.Admin;

/// <summary>What the automatic switch-off has done and is looking at.</summary>
internal sealed record SwitchListView
{
    public required bool Enabled { get; init; }

    /// <summary>The chance, over its whole life, that a harmless policy is switched off for a model; its figures share it.</summary>
    public required double Alpha { get; init; }
    public required IReadOnlyList<PolicySwitch> Switches { get; init; }
    public required IReadOnlyList<RunningExperimentView> Running { get; init; }
}
