using System.Diagnostics.Metrics;
using PromptGateway.Metrics;

namespace PromptGateway.Experiments.Switches;

/// <summary><c>promptgateway_optimization_switched_off{policy,route}</c>: 1 while a policy is off for a model, 0 once it was set back.</summary>
internal sealed class SwitchGauge
{
    private readonly ExperimentWatch _watch;
    private readonly GatewayMetrics _metrics;
    private readonly BoundedLabels _policies = new(100);

    public SwitchGauge(GatewayMetrics metrics, ExperimentWatch watch)
    {
        (_metrics, _watch) = (metrics, watch);
        metrics.Meter.CreateObservableGauge(
            "promptgateway.optimization.switched_off",
            Read,
            "{route}",
            "1 while an optimization policy is switched off for a model because it did harm there."
        );
    }

    private IEnumerable<Measurement<int>> Read() =>
        _watch
            .Switches()
            .GroupBy(change => (Policy: _policies.Of(change.Policy), Route: _metrics.ModelLabel(change.Model)))
            .Select(group => new Measurement<int>(
                group.Any(change => change.IsOff) ? 1 : 0,
                new KeyValuePair<string, object?>("policy", group.Key.Policy),
                new KeyValuePair<string, object?>("route", group.Key.Route)
            ));
}
