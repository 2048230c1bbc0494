namespace PromptGateway.Experiments.Switches;

/// <summary>Keeps switches over restarts and shares them between replicas.</summary>
internal interface ISwitchStore
{
    /// <summary>All of them, ordered by policy and model.</summary>
    Task<IReadOnlyList<PolicySwitch>> ReadAsync(CancellationToken cancellationToken);

    /// <summary>In the place of what the policy and model had before.</summary>
    Task PutAsync(PolicySwitch change, CancellationToken cancellationToken);
}
