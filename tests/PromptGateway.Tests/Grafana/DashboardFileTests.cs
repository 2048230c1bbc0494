using System.Text.Json.Nodes;
using PromptGateway.Dashboards;

namespace PromptGateway.Tests.Grafana;

/// <summary>The committed dashboards: current, complete and readable on a laptop.</summary>
public sealed class DashboardFileTests
{
    private const int Columns = 24;

    /// <summary>Least width and height of a panel that can still be read at 1440 x 900: a number, and anything else.</summary>
    private static readonly (int Width, int Height) LeastNumber = (4, 4);
    private static readonly (int Width, int Height) LeastGraph = (8, 7);

    public static TheoryData<string> Names => [.. Dashboard.All.Select(dashboard => dashboard.Uid)];

    [Theory]
    [MemberData(nameof(Names))]
    public void File_Committed_IsWhatTheSourceMakes(string name) =>
        RepositoryFiles
            .Read("grafana", "dashboards", name + ".json")
            .ShouldBe(
                DashboardJson.Write(Dashboard.All.Single(dashboard => dashboard.Uid == name)),
                "run: dotnet run --project tests/PromptGateway.Dashboards"
            );

    [Fact]
    public void Folder_HoldsNothingElse() =>
        Directory
            .GetFiles(RepositoryFiles.Of("grafana", "dashboards"))
            .Select(Path.GetFileNameWithoutExtension)
            .ShouldBe(Dashboard.All.Select(dashboard => dashboard.Uid), ignoreOrder: true);

    [Theory]
    [MemberData(nameof(Names))]
    public void Panels_EachOne_HasUnitColoursAndADescription(string name)
    {
        foreach (var panel in Panels(name))
        {
            var title = Text(panel, "title");
            var defaults = panel["fieldConfig"]!["defaults"]!;
            Text(panel, "description").Length.ShouldBeGreaterThan(20, title);
            Text(panel, "description").ShouldNotBe(title);
            Text(defaults, "unit").ShouldNotBeEmpty(title);
            defaults["thresholds"]!["steps"]!.AsArray().Count.ShouldBeGreaterThan(0, title);
            defaults["thresholds"]!["steps"]![0]!["value"].ShouldBeNull(title);
            panel["targets"]!.AsArray().Count.ShouldBeGreaterThan(0, title);
        }
    }

    /// <summary>Of no requests a share and a quantile are no number, which Grafana shows as NaN.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Numbers_WithoutAnyRequest_AreNothingAndNotNaN(string name)
    {
        foreach (var panel in Panels(name).Where(panel => Text(panel, "type") == "stat"))
        {
            var query = Text(panel["targets"]![0]!, "expr");
            if (query.StartsWith("histogram_quantile", StringComparison.Ordinal))
                query.ShouldEndWith(" >= 0", Case.Sensitive, Text(panel, "title"));
            else if (query.Contains(" / ", StringComparison.Ordinal))
                query.ShouldContain(" > 0", Case.Sensitive, Text(panel, "title"));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Panels_OnALaptop_AreNeitherTooSmallNorOnTopOfEachOther(string name)
    {
        var taken = new HashSet<(int X, int Y)>();
        foreach (var panel in Panels(name))
        {
            var title = Text(panel, "title");
            var grid = panel["gridPos"]!;
            var (x, y, width, height) = (Number(grid, "x"), Number(grid, "y"), Number(grid, "w"), Number(grid, "h"));
            var least = Text(panel, "type") == "stat" ? LeastNumber : LeastGraph;
            width.ShouldBeGreaterThanOrEqualTo(least.Width, title);
            height.ShouldBeGreaterThanOrEqualTo(least.Height, title);
            (x + width).ShouldBeLessThanOrEqualTo(Columns, title);
            for (var column = x; column < x + width; column++)
            for (var row = y; row < y + height; row++)
                taken.Add((column, row)).ShouldBeTrue($"{title} lies on another panel");
        }
    }

    [Fact]
    public void Ids_OfAllDashboards_AreUnique()
    {
        Dashboard.All.Select(dashboard => dashboard.Uid).ShouldBeUnique();
        foreach (var dashboard in Dashboard.All)
            AllPanels(dashboard.Uid).Select(panel => Number(panel, "id")).ShouldBeUnique();
    }

    [Fact]
    public void Provisioning_GivesTheDataSourceAndTheFolderThatTheGuideNames()
    {
        var source = RepositoryFiles.Read("grafana", "provisioning", "datasources", "promptgateway.yml");
        var folder = RepositoryFiles.Read("grafana", "provisioning", "dashboards", "promptgateway.yml");
        var guide = RepositoryFiles.Read("docs", "guides", "monitoring.md");

        source.ShouldContain($"uid: {VariableJson.DataSource()["current"]!["value"]}");
        source.ShouldContain("url: ${PROMETHEUS_URL}");
        guide.ShouldContain("`PROMETHEUS_URL`");
        folder.ShouldContain("path: /var/lib/grafana/dashboards/promptgateway");
        guide.ShouldContain("| `grafana/dashboards` | `/var/lib/grafana/dashboards/promptgateway` |");
    }

    [Fact]
    public async Task Files_ByGrafanasOwnTypes_FitTheSchema()
    {
        var check = RepositoryFiles.Of("tests", "grafana-schema", "check.mjs");
        var files = Directory.GetFiles(RepositoryFiles.Of("grafana", "dashboards"));

        var (exitCode, output) = await RunningProgram.RunAsync("node", [check, .. files], "apt-get install -y nodejs npm");

        exitCode.ShouldBe(0, output);
        output.Trim().ShouldBe("6 dashboards, 0 problems");
    }

    private static List<JsonNode> AllPanels(string name) =>
        [.. JsonNode.Parse(RepositoryFiles.Read("grafana", "dashboards", name + ".json"))!["panels"]!.AsArray().Select(panel => panel!)];

    private static IEnumerable<JsonNode> Panels(string name) => AllPanels(name).Where(panel => Text(panel, "type") != "row");

    private static string Text(JsonNode node, string member) => node[member]!.GetValue<string>();

    private static int Number(JsonNode node, string member) => node[member]!.GetValue<int>();
}
