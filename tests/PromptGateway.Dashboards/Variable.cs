namespace PromptGateway.Dashboards;

/// <summary>A choice at the top of a dashboard: the values of a label.</summary>
/// <param name="Name">Also what the label is called in most metrics.</param>
/// <param name="Values">PromQL of Grafana's own kind, <c>label_values(metric, label)</c>.</param>
internal sealed record Variable(string Name, string Label, string Values)
{
    public static readonly Variable Key = Of("key", "Key");
    public static readonly Variable Team = Of("team", "Team");
    public static readonly Variable Model = Of("model", "Model");
    public static readonly Variable Upstream = Of("upstream", "Upstream");
    public static readonly Variable Instance = new("instance", "Instance", "label_values(promptgateway_requests_in_flight, instance)");

    public static readonly Variable[] OfRequests = [Key, Team, Model, Upstream];

    private static Variable Of(string label, string title) => new(label, title, $"label_values(promptgateway_requests_total, {label})");
}
