using System.Collections.Concurrent;

namespace PromptGateway.Prompts.Optimization;

/// <summary>
/// Experiments that were stopped because the policy did harm: a policy and the model, as callers ask for it, for which it is off until
/// somebody turns it on again. In memory; asked for each request of an experiment.
/// </summary>
internal sealed class PolicySwitches
{
    private readonly ConcurrentDictionary<(string Policy, string? Model), byte> _off = new();

    /// <summary>What is off now.</summary>
    public IEnumerable<(string Policy, string? Model)> All => _off.Keys;

    public bool IsOff(string policy, string? model) => !_off.IsEmpty && _off.ContainsKey((policy, model));

    /// <summary>False when it was off already.</summary>
    public bool TurnOff(string policy, string? model) => _off.TryAdd((policy, model), 0);

    /// <summary>False when it was not off.</summary>
    public bool TurnOn(string policy, string? model) => _off.TryRemove((policy, model), out _);
}
