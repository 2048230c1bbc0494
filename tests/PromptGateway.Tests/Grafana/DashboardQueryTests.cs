using System.Text.RegularExpressions;
using PromptGateway.Dashboards;

namespace PromptGateway.Tests.Grafana;

/// <summary>Every query of every panel, and every rule, asked of a real Prometheus that watches a gateway under load.</summary>
public sealed partial class DashboardQueryTests(LoadedPrometheus loaded) : IClassFixture<LoadedPrometheus>
{
    /// <summary>Has a series only where a policy was switched off, which takes hundreds of answers that became worse.</summary>
    private const string OnlyAfterHarm = "promptgateway_optimization_switched_off";

    public static TheoryData<string> Names => [.. Dashboard.All.Select(dashboard => dashboard.Uid)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Panels_UnderLoad_AllHaveData(string name)
    {
        var empty = new List<string>();
        foreach (var panel in Find(name).Sections.SelectMany(section => section.Panels))
        foreach (var query in panel.Queries)
        {
            var values = await loaded.ValuesAsync(Filled(query.Expression));
            if (values.All(double.IsNaN))
                empty.Add($"{panel.Title}: {query.Expression}");
        }
        empty.ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Variables_UnderLoad_AllHaveValues(string name)
    {
        foreach (var variable in Find(name).Variables)
        {
            var parts = LabelValues().Match(variable.Values);
            parts.Success.ShouldBeTrue(variable.Values);
            var (metric, label) = (parts.Groups[1].Value, parts.Groups[2].Value);
            (await loaded.ValuesAsync($"count by ({label}) ({metric}{{{label}!=\"\"}})")).ShouldNotBeEmpty(variable.Values);
        }
    }

    [Fact]
    public async Task RecordingRules_UnderLoad_AllHaveData()
    {
        foreach (var (name, kind, _) in await RulesAsync())
            if (kind == "recording")
                (await loaded.ValuesAsync(name)).ShouldNotBeEmpty(name);
    }

    /// <summary>An alert that has nothing to say gives no data: what it looks at must be there.</summary>
    [Fact]
    public async Task AlertingRules_UnderLoad_AllLookAtMetricsThatExist()
    {
        foreach (var (name, kind, query) in await RulesAsync())
            if (kind == "alerting")
                foreach (var metric in MetricName().Matches(query).Select(match => match.Value).Where(metric => metric != OnlyAfterHarm))
                    (await loaded.ValuesAsync($"count({metric})")).ShouldNotBeEmpty($"{name}: {metric}");
    }

    [Fact]
    public async Task Rules_UnderLoad_AreEvaluatedWithoutErrors()
    {
        using var rules = await loaded.Prometheus.GetAsync("/api/v1/rules", loaded.Limit);
        foreach (var group in rules.RootElement.GetProperty("data").GetProperty("groups").EnumerateArray())
        foreach (var rule in group.GetProperty("rules").EnumerateArray())
            rule.GetProperty("health").GetString().ShouldBe("ok", rule.GetProperty("name").GetString());
    }

    [Fact]
    public async Task Metrics_UnderLoad_AreAllInTheReference()
    {
        var reference = RepositoryFiles.Read("docs", "guides", "telemetry.md");
        using var names = await loaded.Prometheus.GetAsync("/api/v1/label/__name__/values", loaded.Limit);
        var own = names
            .RootElement.GetProperty("data")
            .EnumerateArray()
            .Select(name => HistogramPart().Replace(name.GetString()!, ""))
            .Where(name => name.StartsWith("promptgateway_", StringComparison.Ordinal) && !name.Contains(':', StringComparison.Ordinal))
            .Distinct()
            .ToList();

        own.Count.ShouldBeGreaterThan(30);
        own.Where(name => !reference.Contains($"`{name}`", StringComparison.Ordinal)).ShouldBeEmpty("docs/guides/telemetry.md");
    }

    private async Task<List<(string Name, string Kind, string Query)>> RulesAsync()
    {
        using var rules = await loaded.Prometheus.GetAsync("/api/v1/rules", loaded.Limit);
        return
        [
            .. from @group in rules.RootElement.GetProperty("data").GetProperty("groups").EnumerateArray()
            from rule in @group.GetProperty("rules").EnumerateArray()
            select (rule.GetProperty("name").GetString()!, rule.GetProperty("type").GetString()!, rule.GetProperty("query").GetString()!),
        ];
    }

    /// <summary>As Grafana fills it: all values chosen, and a range over everything that there is.</summary>
    private static string Filled(string expression)
    {
        var filled = expression
            .Replace("$__rate_interval", "5m", StringComparison.Ordinal)
            .Replace("$__range", "5m", StringComparison.Ordinal);
        foreach (var variable in Variable.OfRequests.Append(Variable.Instance))
            filled = filled.Replace($"\"${variable.Name}\"", "\".*\"", StringComparison.Ordinal);
        filled.ShouldNotContain("$", Case.Sensitive, expression);
        return filled;
    }

    private static Dashboard Find(string name) => Dashboard.All.Single(dashboard => dashboard.Uid == name);

    [GeneratedRegex("_(bucket|sum|count)$")]
    private static partial Regex HistogramPart();

    [GeneratedRegex(@"^label_values\((\w+), (\w+)\)$")]
    private static partial Regex LabelValues();

    [GeneratedRegex(@"\b(promptgateway|gen_ai)[a-z0-9_:]+|\bup\b")]
    private static partial Regex MetricName();
}
