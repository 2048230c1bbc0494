using static PromptGateway.Dashboards.Filters;

namespace PromptGateway.Dashboards;

/// <summary>Where the money goes.</summary>
internal static class SpendDashboard
{
    private const string Recorded = "promptgateway:cost_usd:increase5m{" + Request + "}";

    /// <summary>Seconds of this month so far, and of all of it, in UTC.</summary>
    private const string MonthSoFar = "(86400 * (day_of_month() - 1) + 3600 * hour() + 60 * minute())";
    private const string WholeMonth = "(86400 * days_in_month())";

    public static Dashboard Create() =>
        new(
            "promptgateway-spend",
            "Spend",
            "Money by key, team, model and upstream; budgets; month to date. Exact to the request: `promptgateway usage`, which reads the ledger.",
            Variable.OfRequests,
            [
                new(null, [.. Numbers]),
                new("Budgets", [.. Budgets]),
                new("By whom and for what", By("key"), By("team"), By("model"), By("upstream")),
                new("How far the numbers carry", [.. Trust]),
            ]
        )
        {
            TimeRange = "now-24h",
        };

    private static Panel[] Numbers =>
        [
            Panel.Stat(
                "Cost per hour",
                "currencyUSD",
                "What an hour costs at the pace of the last five minutes.",
                $"3600 * sum(promptgateway:cost_usd:rate5m{{{Request}}})"
            ) with
            {
                Decimals = 2,
            },
            Panel.Stat(
                "Today",
                "currencyUSD",
                "What all that is chosen has cost since midnight, UTC.",
                $"sum(sum_over_time({Recorded}[$__range]))"
            ) with
            {
                Decimals = 2,
                TimeFrom = "now/d",
            },
            Panel.Stat(
                "This month",
                "currencyUSD",
                "What all that is chosen has cost since the first of the month, UTC.",
                $"sum(sum_over_time({Recorded}[$__range]))"
            ) with
            {
                Decimals = 2,
                TimeFrom = "now/M",
            },
            Panel.Stat(
                "Forecast for the month",
                "currencyUSD",
                "What the month will have cost if it goes on as it has gone so far. On its first day that says little.",
                $"sum(sum_over_time({Recorded}[$__range])) * scalar({WholeMonth}) / scalar({MonthSoFar} > 0 or vector(60))"
            ) with
            {
                Decimals = 2,
                TimeFrom = "now/M",
            },
            Panel.Stat(
                "Price unknown",
                "short",
                "Requests of the time chosen whose price is not known: their cost is missing everywhere here.",
                $"sum(increase(promptgateway_price_unknown_total{{{Upstream},model=~\"$model\"}}[$__range])) or vector(0)"
            ) with
            {
                Colours = Thresholds.Above(1, 100),
                Decimals = 0,
            },
            Panel.Stat(
                "Usage estimated",
                "percentunit",
                "Share of requests whose tokens the gateway had to estimate, because the provider gave no usage or the stream broke off.",
                $"sum(promptgateway:usage_estimated:rate5m{{{Upstream}}}) / (sum(promptgateway:usage_known:rate5m{{{Upstream}}}) > 0)"
            ) with
            {
                Colours = Thresholds.Above(0.02, 0.1),
                Decimals = 1,
            },
        ];

    private static Panel[] Budgets =>
        [
            new Panel(
                PanelKind.BarGauge,
                "Budgets used",
                "percentunit",
                "Spent share of each budget in its current period; the 24 fullest. At 80 % and at 100 % alerts fire.",
                [new("topk(24, promptgateway:budget_used:ratio)", "{{budget}} ({{scope}}, {{per}})")]
            )
            {
                Width = 12,
                Height = 9,
                Colours = Thresholds.Above(0.8, 1),
                Max = 1,
                Decimals = 0,
            },
            new Panel(
                PanelKind.Table,
                "Left in money budgets",
                "currencyUSD",
                "Dollars left until the period ends, least first: limit less what is spent and what is reserved for requests in flight.",
                [
                    new(
                        "bottomk(24, max by (budget, scope, per) (promptgateway_budget_limit_usd - promptgateway_budget_spent_usd - promptgateway_budget_reserved_usd))",
                        "{{budget}}"
                    ),
                ]
            )
            {
                Width = 12,
                Height = 9,
                LargestFirst = false,
                Colours = Thresholds.Below(1, 0.01),
                Decimals = 2,
            },
        ];

    private static Panel By(string label) =>
        Panel.Stack(
            $"Cost per hour by {label}",
            "currencyUSD",
            $"The ten {label}s that cost most; the height of all areas together is what these cost.",
            new Query($"topk(10, 3600 * sum by ({label}) (promptgateway:cost_usd:rate5m{{{Request}}}))", $"{{{{{label}}}}}")
        ) with
        {
            Width = 12,
        };

    private static Panel[] Trust =>
        [
            new Panel(
                PanelKind.Table,
                "Spend of the time chosen",
                "currencyUSD",
                "What key, team and model have cost together; the 50 dearest.",
                [new($"topk(50, sum by (key, team, model) (sum_over_time({Recorded}[$__range])))", "{{key}} {{team}} {{model}}")]
            )
            {
                Width = 12,
                Height = 9,
                Decimals = 4,
            },
            Panel.Stack(
                "Where usage comes from",
                "reqps",
                "provider: its own numbers; estimated: counted by the gateway; drained: read to its end after the client had gone; none: nothing was generated.",
                new Query($"sum by (source) (rate(promptgateway_usage_source_total{{{Upstream}}}[$__rate_interval]))", "{{source}}")
            ) with
            {
                Width = 12,
                Height = 9,
            },
        ];
}
