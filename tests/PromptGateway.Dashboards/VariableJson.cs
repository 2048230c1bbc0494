using System.Text.Json.Nodes;

namespace PromptGateway.Dashboards;

/// <summary>Variables as Grafana's JSON.</summary>
internal static class VariableJson
{
    private const int OnTimeRangeChange = 2;
    private const int Alphabetical = 1;

    public static JsonObject DataSource() =>
        new()
        {
            ["type"] = "datasource",
            ["name"] = "datasource",
            ["label"] = "Data source",
            ["query"] = "prometheus",
            ["current"] = new JsonObject { ["text"] = "Prometheus", ["value"] = "promptgateway-prometheus" },
        };

    /// <summary>Several values or all; all is <c>.*</c>, so that series without the label count too.</summary>
    public static JsonObject Of(Variable variable) =>
        new()
        {
            ["type"] = "query",
            ["name"] = variable.Name,
            ["label"] = variable.Label,
            ["datasource"] = DashboardJson.DataSource(),
            ["query"] = new JsonObject { ["query"] = variable.Values, ["refId"] = variable.Name },
            ["refresh"] = OnTimeRangeChange,
            ["sort"] = Alphabetical,
            ["multi"] = true,
            ["includeAll"] = true,
            ["allValue"] = ".*",
            ["current"] = new JsonObject { ["text"] = new JsonArray("All"), ["value"] = new JsonArray("$__all") },
        };
}
