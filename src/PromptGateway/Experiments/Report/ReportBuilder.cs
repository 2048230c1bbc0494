using PromptGateway.Routing;
using PromptGateway.Usage;

namespace PromptGateway.Experiments.Report;

/// <summary>Adds up ledger rows to the report on optimization, in one pass and in memory that does not grow with the rows.</summary>
internal sealed class ReportBuilder(ReportGrouping grouping, Func<UsageRecord, ModelPrice?> priceOf)
{
    /// <summary>Groups; model names come from callers, so what is beyond is summed as one.</summary>
    private const int MostGroups = 1000;
    private readonly GroupTotals _total = new("total", null);
    private readonly Dictionary<string, GroupTotals> _groups = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ShadowTotals> _shadow = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (ArmTotals Treatment, ArmTotals Control)> _arms = new(StringComparer.Ordinal);
    private readonly DetailParts? _parts = grouping switch
    {
        ReportGrouping.ContentKind => new DetailParts("kinds"),
        ReportGrouping.Transform => new DetailParts("transforms"),
        _ => null,
    };

    public void Add(UsageRecord record, double? feedback)
    {
        var price = priceOf(record);
        _total.Add(record, price);
        if (record.OptimizationMode is "on" or "control")
        {
            if (_parts is null)
                GroupOf(record).Add(record, price);
            else if (record.OptimizationMode == "on")
                _parts.Add(record.OptimizationDetail);
        }
        if (record is { ShadowPolicy: { } policy, ShadowOutcome: not null })
            ShadowOf(policy).Add(record);
        if (record is { Optimization: { } tried, OptimizationArm: "treatment" or "control" })
            ArmOf(tried, record.OptimizationArm == "control").Add(record, feedback);
    }

    public SavingsReport Result() =>
        new()
        {
            Total = _total.Result(),
            Groups =
            [
                .. _groups
                    .Values.Select(group => group.Result())
                    .OrderByDescending(group => group.Requests)
                    .ThenBy(group => group.Group, StringComparer.Ordinal),
            ],
            Parts = _parts?.Result() ?? [],
            Shadow = [.. _shadow.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => entry.Value.Result())],
            Arms =
            [
                .. _arms
                    .OrderBy(entry => entry.Key, StringComparer.Ordinal)
                    .Select(entry => ArmTotals.Compare(entry.Key, entry.Value.Treatment, entry.Value.Control)),
            ],
        };

    private GroupTotals GroupOf(UsageRecord record)
    {
        var name = NameOf(record) ?? UsageReportRow.NoGroup;
        if (_groups.Count >= MostGroups && !_groups.ContainsKey(name))
            name = "(others)";
        if (!_groups.TryGetValue(name, out var totals))
            _groups.Add(name, totals = new GroupTotals(name, grouping == ReportGrouping.Key ? record.KeyName : null));
        return totals;
    }

    private string? NameOf(UsageRecord record) =>
        grouping switch
        {
            ReportGrouping.Key => record.KeyId,
            ReportGrouping.Team => record.Team,
            ReportGrouping.Model => record.UpstreamModel,
            ReportGrouping.Operation => record.Operation,
            _ => record.Optimization,
        };

    private ShadowTotals ShadowOf(string policy)
    {
        if (!_shadow.TryGetValue(policy, out var totals))
            _shadow.Add(policy, totals = new ShadowTotals(policy));
        return totals;
    }

    private ArmTotals ArmOf(string policy, bool control)
    {
        if (!_arms.TryGetValue(policy, out var arms))
            _arms.Add(policy, arms = (new ArmTotals(), new ArmTotals()));
        return control ? arms.Control : arms.Treatment;
    }
}
