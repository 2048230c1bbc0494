using System.Globalization;
using PromptGateway.Prompts.Optimization;
using PromptGateway.Usage;

namespace PromptGateway.Experiments.Switches;

/// <summary>
/// Watches all experiments and switches a policy off for a model when it does harm there. Fed with finished ledger rows, off the path of
/// requests. Thread-safe.
/// </summary>
internal sealed class ExperimentWatch(SwitchOffOptions options, PolicySwitches switches, TimeProvider time, ILogger<ExperimentWatch> log)
{
    /// <summary>Routes that are watched; model names may come from callers.</summary>
    private const int MostRoutes = 1000;
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Policy, string Model), RouteWatch> _routes = [];
    private readonly Dictionary<(string Policy, string Model), PolicySwitch> _switches = [];
    private readonly Dictionary<(string Policy, string Model), PolicySwitch> _unsaved = [];

    public SwitchOffOptions Options => options;

    /// <summary>Takes the rows of experiments among these.</summary>
    public void Observe(IReadOnlyList<UsageRecord> records)
    {
        for (var at = 0; at < records.Count; at++)
            if (records[at].OptimizationArm is not null)
                Observe(records[at], null);
    }

    /// <summary>One row, as it was written or is read again after a restart.</summary>
    /// <param name="record">Any ledger row.</param>
    /// <param name="score">Feedback that it has.</param>
    public void Observe(UsageRecord record, double? score)
    {
        lock (_gate)
        {
            if (FindRoute(record) is not { } route)
                return;
            route.Watch.Observe(record);
            if (score is { } given)
                route.Watch.ObserveFeedback(record, given);
            Judge(route.Key, route.Watch);
        }
    }

    public void ObserveFeedback(UsageRecord record, double score)
    {
        lock (_gate)
        {
            if (FindRoute(record) is not { } route)
                return;
            route.Watch.ObserveFeedback(record, score);
            Judge(route.Key, route.Watch);
        }
    }

    /// <summary>Takes conversations that have been silent for long.</summary>
    public void CloseIdle()
    {
        lock (_gate)
            foreach (var (key, watch) in _routes.ToArray())
            {
                watch.CloseIdle(time.GetUtcNow());
                Judge(key, watch);
            }
    }

    /// <summary>What the store says, of this process or another; the newer word counts.</summary>
    public void Apply(IReadOnlyList<PolicySwitch> stored)
    {
        lock (_gate)
            foreach (var change in stored)
            {
                var key = (change.Policy, change.Model);
                if (_switches.TryGetValue(key, out var known) && known.ChangedAt >= change.ChangedAt)
                    continue;
                Take(key, change);
                _unsaved.Remove(key);
            }
    }

    /// <summary>Sets a policy back for a model; what was seen before counts no more. Null when it is not off.</summary>
    public PolicySwitch? Reset(string policy, string model)
    {
        lock (_gate)
        {
            if (!_switches.TryGetValue((policy, model), out var known) || !known.IsOff)
                return null;
            // Never older than what it takes back, whatever the clock of the replica that said it: the others follow the newer word.
            var now = Now();
            var reset = new PolicySwitch
            {
                Policy = policy,
                Model = model,
                IsOff = false,
                ChangedAt = now > known.ChangedAt ? now : known.ChangedAt.AddMicroseconds(1),
            };
            Take((policy, model), reset);
            _unsaved[(policy, model)] = reset;
            log.LogWarning("Optimization policy {Policy} was set back for {Model} and is tried again", policy, model);
            return reset;
        }
    }

    /// <summary>Changes that are in no store yet.</summary>
    public IReadOnlyList<PolicySwitch> Unsaved()
    {
        lock (_gate)
            return [.. _unsaved.Values];
    }

    public void Saved(PolicySwitch change)
    {
        lock (_gate)
            if (_unsaved.TryGetValue((change.Policy, change.Model), out var latest) && latest == change)
                _unsaved.Remove((change.Policy, change.Model));
    }

    public IReadOnlyList<PolicySwitch> Switches()
    {
        lock (_gate)
            return
            [
                .. _switches
                    .Values.OrderBy(change => change.Policy, StringComparer.Ordinal)
                    .ThenBy(change => change.Model, StringComparer.Ordinal),
            ];
    }

    /// <summary>Reads the state of each route that is watched, under the lock.</summary>
    public IReadOnlyList<T> Read<T>(Func<string, string, RouteWatch, T> read)
    {
        lock (_gate)
            return [.. _routes.Select(route => read(route.Key.Policy, route.Key.Model, route.Value))];
    }

    private (RouteWatch Watch, (string Policy, string Model) Key)? FindRoute(UsageRecord record)
    {
        // The model as asked for: which one answered may itself be the policy's doing, where a request went on to another target.
        if (!options.Enabled || record is not { Optimization: { } policy, UpstreamModel: { } sent, OptimizationArm: not null })
            return null;
        var model = record.RequestedModel ?? sent;
        var key = (policy, model);
        if (_switches.TryGetValue(key, out var known) && (known.IsOff || record.StartedAt < known.ChangedAt))
            return null;
        if (_routes.TryGetValue(key, out var watch))
            return (watch, key);
        if (_routes.Count >= MostRoutes)
            return null;
        _routes.Add(key, watch = new RouteWatch(options));
        return (watch, key);
    }

    private void Judge((string Policy, string Model) key, RouteWatch watch)
    {
        if (watch.Crossed is not { } crossed)
            return;
        var reason = string.Create(
            CultureInfo.InvariantCulture,
            $"{crossed.Name}: {crossed.Mean(crossed.Test.Treatment):0.####} in treatment against {crossed.Mean(crossed.Test.Control):0.####} in control, over {crossed.Test.Treatment.Count} and {crossed.Test.Control.Count} conversations; margin {Math.Abs(crossed.Scale) * crossed.Test.Margin:0.####}"
        );
        var change = new PolicySwitch
        {
            Policy = key.Policy,
            Model = key.Model,
            IsOff = true,
            ChangedAt = Now(),
            Metric = crossed.Name,
            Reason = reason,
        };
        Take(key, change);
        _unsaved[key] = change;
        log.LogError("Optimization policy {Policy} is switched off for {Model}: {Reason}", key.Policy, key.Model, reason);
    }

    private void Take((string Policy, string Model) key, PolicySwitch change)
    {
        _switches[key] = change;
        _routes.Remove(key);
        if (change.IsOff)
            switches.TurnOff(key.Policy, key.Model);
        else
            switches.TurnOn(key.Policy, key.Model);
    }

    /// <summary>Whole microseconds, as stores keep them.</summary>
    private DateTimeOffset Now()
    {
        var now = time.GetUtcNow();
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
    }
}
