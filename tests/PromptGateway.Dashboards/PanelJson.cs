using System.Text.Json.Nodes;

namespace PromptGateway.Dashboards;

/// <summary>A panel as Grafana's JSON.</summary>
internal static class PanelJson
{
    public static JsonObject Of(Panel panel, int id, int x, int y)
    {
        var json = new JsonObject
        {
            ["type"] = PanelOptionsJson.Type(panel.Kind),
            ["id"] = id,
            ["title"] = panel.Title,
            ["description"] = panel.Description,
            ["datasource"] = DashboardJson.DataSource(),
            ["gridPos"] = Grid(x, y, panel.Width, panel.Height),
            ["fieldConfig"] = new JsonObject
            {
                ["defaults"] = Defaults(panel),
                ["overrides"] = new JsonArray([.. panel.Palette.Select(Colour)]),
            },
            ["options"] = PanelOptionsJson.Of(panel),
            ["targets"] = new JsonArray([.. panel.Queries.Select((query, i) => Target(panel, query, i))]),
        };
        if (panel.TimeFrom is { } from)
            json["timeFrom"] = from;
        if (panel.Kind == PanelKind.Table)
            json["transformations"] = new JsonArray(WithoutTime());
        return json;
    }

    public static JsonObject Grid(int x, int y, int width, int height) =>
        new()
        {
            ["x"] = x,
            ["y"] = y,
            ["w"] = width,
            ["h"] = height,
        };

    private static JsonObject Defaults(Panel panel)
    {
        var defaults = new JsonObject
        {
            ["unit"] = panel.Unit,
            ["color"] = new JsonObject { ["mode"] = ColourMode(panel.Kind) },
            ["thresholds"] = new JsonObject { ["mode"] = "absolute", ["steps"] = new JsonArray([.. panel.Colours.Select(Step)]) },
            ["custom"] = PanelOptionsJson.Custom(panel),
            ["min"] = 0,
        };
        if (panel.Max is { } max)
            defaults["max"] = max;
        if (panel.Decimals is { } decimals)
            defaults["decimals"] = decimals;
        if (panel.States is { } states)
            defaults["mappings"] = new JsonArray(Mapping(states));
        return defaults;
    }

    private static JsonObject Colour((string Series, string Colour) entry) =>
        new()
        {
            ["matcher"] = new JsonObject { ["id"] = "byName", ["options"] = entry.Series },
            ["properties"] = new JsonArray(
                new JsonObject
                {
                    ["id"] = "color",
                    ["value"] = new JsonObject { ["mode"] = "fixed", ["fixedColor"] = entry.Colour },
                }
            ),
        };

    private static string ColourMode(PanelKind kind) => kind is PanelKind.TimeSeries ? "palette-classic-by-name" : "thresholds";

    private static JsonObject Step(Threshold threshold) => new() { ["color"] = threshold.Colour, ["value"] = threshold.From };

    private static JsonObject Mapping((string Zero, string One) states) =>
        new()
        {
            ["type"] = "value",
            ["options"] = new JsonObject
            {
                ["0"] = new JsonObject { ["text"] = states.Zero, ["index"] = 0 },
                ["1"] = new JsonObject { ["text"] = states.One, ["index"] = 1 },
            },
        };

    private static JsonObject Target(Panel panel, Query query, int index)
    {
        // A time series needs the whole range; the others show only its end, which is one instant.
        var range = panel.Kind is PanelKind.TimeSeries or PanelKind.StateTimeline;
        return new JsonObject
        {
            ["refId"] = ((char)('A' + index)).ToString(),
            ["datasource"] = DashboardJson.DataSource(),
            ["expr"] = query.Expression,
            ["legendFormat"] = query.Legend,
            ["range"] = range,
            ["instant"] = !range,
            ["format"] = panel.Kind == PanelKind.Table ? "table" : "time_series",
            ["editorMode"] = "code",
        };
    }

    private static JsonObject WithoutTime() =>
        new()
        {
            ["id"] = "organize",
            ["options"] = new JsonObject { ["excludeByName"] = new JsonObject { ["Time"] = true } },
        };
}
