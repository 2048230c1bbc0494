using System.Text.Json.Nodes;

namespace PromptGateway.Dashboards;

/// <summary>What each kind of panel has of its own: <c>options</c>, and <c>fieldConfig.defaults.custom</c>.</summary>
internal static class PanelOptionsJson
{
    public static string Type(PanelKind kind) =>
        kind switch
        {
            PanelKind.TimeSeries => "timeseries",
            PanelKind.Stat => "stat",
            PanelKind.BarGauge => "bargauge",
            PanelKind.StateTimeline => "state-timeline",
            PanelKind.Table => "table",
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not a kind of panel."),
        };

    public static JsonObject Of(Panel panel) =>
        panel.Kind switch
        {
            PanelKind.TimeSeries => new()
            {
                ["legend"] = Legend(panel.Queries.Length > 0),
                ["tooltip"] = new JsonObject { ["mode"] = "multi", ["sort"] = "desc" },
            },
            PanelKind.Stat => new()
            {
                ["colorMode"] = "value",
                ["graphMode"] = "none",
                ["justifyMode"] = "auto",
                ["orientation"] = "auto",
                ["percentChangeColorMode"] = "standard",
                ["reduceOptions"] = Newest(),
                ["showPercentChange"] = false,
                ["textMode"] = "value",
                ["wideLayout"] = true,
            },
            PanelKind.BarGauge => new()
            {
                ["displayMode"] = "basic",
                ["legend"] = Legend(shown: false),
                ["maxVizHeight"] = 36,
                ["minVizHeight"] = 16,
                ["minVizWidth"] = 8,
                ["namePlacement"] = "left",
                ["orientation"] = "horizontal",
                ["reduceOptions"] = Newest(),
                ["showUnfilled"] = true,
                ["sizing"] = "manual",
                ["text"] = new JsonObject { ["titleSize"] = 13, ["valueSize"] = 16 },
                ["valueMode"] = "color",
            },
            PanelKind.StateTimeline => new()
            {
                ["alignValue"] = "left",
                ["legend"] = Legend(shown: false),
                ["mergeValues"] = true,
                ["rowHeight"] = 0.8,
                ["showValue"] = "auto",
                ["tooltip"] = new JsonObject { ["mode"] = "single", ["sort"] = "none" },
            },
            _ => new()
            {
                ["cellHeight"] = "sm",
                ["frameIndex"] = 0,
                ["showHeader"] = true,
                ["sortBy"] = new JsonArray(new JsonObject { ["displayName"] = "Value", ["desc"] = panel.LargestFirst }),
            },
        };

    public static JsonObject Custom(Panel panel)
    {
        var custom = CustomOf(panel);
        if (panel.Kind == PanelKind.TimeSeries && LeastTop(panel.Unit) is { } top)
            custom["axisSoftMax"] = top;
        return custom;
    }

    private static JsonObject CustomOf(Panel panel) =>
        panel.Kind switch
        {
            PanelKind.TimeSeries => new()
            {
                ["drawStyle"] = "line",
                ["lineInterpolation"] = "linear",
                ["lineWidth"] = 1,
                ["fillOpacity"] = panel.Stacked ? 30 : 5,
                ["showPoints"] = "never",
                ["spanNulls"] = false,
                ["stacking"] = new JsonObject { ["mode"] = panel.Stacked ? "normal" : "none", ["group"] = "A" },
                ["thresholdsStyle"] = new JsonObject { ["mode"] = panel.ShowsThresholds ? "dashed" : "off" },
            },
            PanelKind.StateTimeline => new() { ["fillOpacity"] = 70, ["lineWidth"] = 0 },
            PanelKind.Table => new()
            {
                ["align"] = "auto",
                ["inspect"] = false,
                ["cellOptions"] = new JsonObject { ["type"] = "auto" },
            },
            _ => [],
        };

    /// <summary>Where the axis ends at the least: without it, an axis over nothing but zeros would reach to 100.</summary>
    private static double? LeastTop(string unit) =>
        unit switch
        {
            "reqps" or "ops" => 0.1,
            "currencyUSD" => 0.01,
            "short" or "none" or "count:tok/s" => 1,
            _ => null,
        };

    private static JsonObject Legend(bool shown) =>
        new()
        {
            ["showLegend"] = shown,
            ["displayMode"] = "list",
            ["placement"] = "bottom",
            ["calcs"] = new JsonArray(),
        };

    private static JsonObject Newest() =>
        new()
        {
            ["calcs"] = new JsonArray("lastNotNull"),
            ["fields"] = "",
            ["values"] = false,
        };
}
