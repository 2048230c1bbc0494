using PromptGateway.Experiments.Report;

namespace PromptGateway.Admin;

/// <summary>The report on optimization as the admin API shows it.</summary>
internal sealed record SavingsReportView
{
    public required string GroupBy { get; init; }
    public DateTimeOffset? From { get; init; }
    public DateTimeOffset? To { get; init; }

    /// <summary>Where the figures come from and how intervals are made, for whoever reads them without the guide.</summary>
    public required IReadOnlyDictionary<string, string> Methods { get; init; }
    public required ReportGroup Total { get; init; }
    public required IReadOnlyList<ReportGroup> Groups { get; init; }
    public required IReadOnlyList<PartGroup> Parts { get; init; }
    public required IReadOnlyList<ShadowGroup> Shadow { get; init; }
    public required IReadOnlyList<ArmComparison> Arms { get; init; }

    private static readonly Dictionary<string, string> HowItIsDone = new()
    {
        ["measured"] = "reported by providers, or by the gateway's clock; requests without a provider's usage are left out",
        ["estimated"] =
            "tokens saved are the gateway's own estimate; tokens before are the provider's count plus those; parts and shadow are all estimated",
        ["confidence"] = "95 %, conversations taken as independent, not requests",
        ["welch"] = "means: ratio estimator over conversations with linearized variance, differences by Welch's t",
        ["wilson"] = "rates: Wilson's interval, differences by Newcombe's, at the effective number of requests",
        ["percentiles"] = "nearest rank; of an even random sample of 4,096 where there are more",
    };

    public static SavingsReportView Of(ReportQuery query, SavingsReport report) =>
        new()
        {
            GroupBy = OptimizationRoutes.NameOf(query.GroupBy),
            From = query.From,
            To = query.To,
            Methods = HowItIsDone,
            Total = report.Total,
            Groups = report.Groups,
            Parts = report.Parts,
            Shadow = report.Shadow,
            Arms = report.Arms,
        };
}
