namespace PromptGateway.Dashboards;

/// <summary>One query of a panel.</summary>
/// <param name="Expression">PromQL, with Grafana's variables.</param>
/// <param name="Legend">Name of each series: <c>{{label}}</c> stands for a label's value.</param>
internal sealed record Query(string Expression, string Legend);
