using PromptGateway.Experiments.Switches;

namespace PromptGateway.Admin;

/// <summary>How one experiment stands.</summary>
internal sealed record RunningExperimentView(string Policy, string Model, int OpenConversations, IReadOnlyList<WatchedMetricView> Metrics)
{
    public static RunningExperimentView Of(string policy, string model, RouteWatch watch) =>
        new(policy, model, watch.OpenConversations, [.. watch.Metrics.Select(WatchedMetricView.Of)]);
}
