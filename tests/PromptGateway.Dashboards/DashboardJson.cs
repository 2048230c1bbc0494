using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace PromptGateway.Dashboards;

/// <summary>A dashboard as Grafana's JSON (its classic schema, version 39: Grafana 11 and later).</summary>
internal static class DashboardJson
{
    private const int SchemaVersion = 39;
    private const int Columns = 24;

    private static readonly JsonSerializerOptions Options = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The data source that the dashboard's own variable names.</summary>
    public static JsonObject DataSource() => new() { ["type"] = "prometheus", ["uid"] = "${datasource}" };

    public static string Write(Dashboard dashboard) => Of(dashboard).ToJsonString(Options) + "\n";

    private static JsonObject Of(Dashboard dashboard) =>
        new()
        {
            ["uid"] = dashboard.Uid,
            ["title"] = $"PromptGateway / {dashboard.Title}",
            ["description"] = dashboard.Description,
            ["tags"] = new JsonArray("promptgateway"),
            ["schemaVersion"] = SchemaVersion,
            ["editable"] = true,
            ["graphTooltip"] = 1,
            // Budgets and month to date are in UTC, as in the ledger.
            ["timezone"] = "utc",
            ["refresh"] = "30s",
            ["time"] = new JsonObject { ["from"] = dashboard.TimeRange, ["to"] = "now" },
            ["links"] = new JsonArray(Links()),
            ["templating"] = new JsonObject
            {
                ["list"] = new JsonArray([VariableJson.DataSource(), .. dashboard.Variables.Select(VariableJson.Of)]),
            },
            ["panels"] = Layout(dashboard.Sections),
        };

    private static JsonObject Links() =>
        new()
        {
            ["type"] = "dashboards",
            ["title"] = "PromptGateway",
            ["icon"] = "external link",
            ["tooltip"] = "The other dashboards, with the same variables and times",
            ["tags"] = new JsonArray("promptgateway"),
            ["asDropdown"] = true,
            ["includeVars"] = true,
            ["keepTime"] = true,
            ["targetBlank"] = false,
        };

    private static JsonArray Layout(Section[] sections)
    {
        var panels = new JsonArray();
        var (x, y, lineHeight, id) = (0, 0, 0, 1);
        foreach (var section in sections)
        {
            (x, y, lineHeight) = (0, y + lineHeight, 0);
            if (section.Title is not null)
                panels.Add(Headline(section.Title, id++, y++));
            foreach (var panel in section.Panels)
            {
                if (x + panel.Width > Columns)
                    (x, y, lineHeight) = (0, y + lineHeight, 0);
                panels.Add(PanelJson.Of(panel, id++, x, y));
                (x, lineHeight) = (x + panel.Width, Math.Max(lineHeight, panel.Height));
            }
        }
        return panels;
    }

    private static JsonObject Headline(string title, int id, int y) =>
        new()
        {
            ["type"] = "row",
            ["id"] = id,
            ["title"] = title,
            ["collapsed"] = false,
            ["gridPos"] = PanelJson.Grid(0, y, Columns, 1),
            ["panels"] = new JsonArray(),
        };
}
