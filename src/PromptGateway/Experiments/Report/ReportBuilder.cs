using PromptGateway.Routing;
using PromptGateway.Usage;

namespace PromptGateway.Experiments.Report;

/// <summary>Adds up ledger rows to the report on optimization, in one pass and in memory that does not grow with the rows.</summary>
/// <param name="grouping">What one row stands for.</param>
/// <param name="priceOf">Of the model that answered; null: not known.</param>
/// <param name="policy">Only what this policy did and was tried for: a row may name another one that was on, or in shadow; null: all.</param>
internal sealed class ReportBuilder(ReportGrouping grouping, Func<UsageRecord, ModelPrice?> priceOf, string? policy = null)
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
        if (IsAskedFor(record.Optimization))
            AddTried(record, feedback);
        if (record is { ShadowPolicy: { } shadow, ShadowOutcome: not null } && IsAskedFor(shadow))
            ShadowOf(shadow).Add(record);
    }

    private bool IsAskedFor(string? name) => policy is null || name == policy;

    private void AddTried(UsageRecord record, double? feedback)
    {
        var price = priceOf(record);
        _total.Add(record, price, feedback);
        if (record.OptimizationMode is "on" or "control")
        {
            if (_parts is null)
                GroupOf(record).Add(record, price, feedback);
            else if (record.OptimizationMode == "on" && record.IsMeasured())
                _parts.Add(record.OptimizationDetail);
        }
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
            IsByParts = _parts is not null,
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

    private ShadowTotals ShadowOf(string name)
    {
        if (!_shadow.TryGetValue(name, out var totals))
            _shadow.Add(name, totals = new ShadowTotals(name));
        return totals;
    }

    private ArmTotals ArmOf(string name, bool control)
    {
        if (!_arms.TryGetValue(name, out var arms))
            _arms.Add(name, arms = (new ArmTotals(), new ArmTotals()));
        return control ? arms.Control : arms.Treatment;
    }
}
