using System.Text.RegularExpressions;

namespace PromptGateway.Tests.Grafana;

/// <summary>The rules, judged by <c>promtool</c> and held to the documents that they point to.</summary>
public sealed partial class AlertTests
{
    private const string Install = "apt-get install -y prometheus";
    private static readonly string Rules = RepositoryFiles.Of("grafana", "alerts");

    private static string Alerts => File.ReadAllText(Path.Combine(Rules, "alerts.yml"));
    private static string UnitTests => File.ReadAllText(Path.Combine(Rules, "tests", "alerts.test.yml"));

    [Fact]
    public async Task Promtool_ChecksTheRules_WithoutComplaint()
    {
        var (exitCode, output) = await RunningProgram.RunAsync(
            "promtool",
            ["check", "rules", "--lint-fatal", .. Directory.GetFiles(Rules, "*.yml")],
            Install
        );

        exitCode.ShouldBe(0, output);
    }

    [Fact]
    public async Task Promtool_TestsTheRules_AndAllPass()
    {
        var (exitCode, output) = await RunningProgram.RunAsync(
            "promtool",
            ["test", "rules", .. Directory.GetFiles(Path.Combine(Rules, "tests"), "*.test.yml")],
            Install
        );

        exitCode.ShouldBe(0, output);
    }

    [Fact]
    public void UnitTests_OfEachAlert_ShowItFiring()
    {
        var shown = FiringCase().Matches(UnitTests).Select(match => match.Groups[1].Value).ToHashSet();

        AlertNames().Where(alert => !shown.Contains(alert)).ShouldBeEmpty("grafana/alerts/tests/alerts.test.yml");
    }

    [Fact]
    public void Runbooks_OfEachAlert_AreSectionsOfTheDocument()
    {
        var sections = Headline().Matches(RepositoryFiles.Read("docs", "runbooks.md")).Select(match => match.Groups[1].Value).ToHashSet();
        var links = RunbookLink().Matches(Alerts).Select(match => match.Groups[1].Value).ToList();

        links.Count.ShouldBe(AlertNames().Count);
        links.Where(link => !sections.Contains(link)).ShouldBeEmpty();
    }

    [Fact]
    public void Runbooks_ByName_AreThoseOfTheAlerts()
    {
        var document = RepositoryFiles.Read("docs", "runbooks.md");

        foreach (var alert in AlertNames())
            document.ShouldContain($"`{alert}`", Case.Sensitive);
    }

    private static List<string> AlertNames() => [.. AlertName().Matches(Alerts).Select(match => match.Groups[1].Value)];

    [GeneratedRegex(@"- alert: (\w+)")]
    private static partial Regex AlertName();

    [GeneratedRegex(@"runbook_url: docs/runbooks\.md#([\w-]+)")]
    private static partial Regex RunbookLink();

    [GeneratedRegex(@"^## ([\w-]+)$", RegexOptions.Multiline)]
    private static partial Regex Headline();

    [GeneratedRegex(@"alertname: (\w+)\s+exp_alerts:\s+- exp_labels")]
    private static partial Regex FiringCase();
}
