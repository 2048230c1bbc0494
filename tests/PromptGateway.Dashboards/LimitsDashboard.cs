using static PromptGateway.Dashboards.Filters;

namespace PromptGateway.Dashboards;

/// <summary>Who is held back, and how near the rest is to it.</summary>
internal static class LimitsDashboard
{
    private const string Window = "[$__rate_interval]";

    public static Dashboard Create() =>
        new(
            "promptgateway-limits",
            "Limits",
            "Refusals by scope and kind, what is left of limits and budgets, and requests that wait for their turn.",
            Variable.OfRequests,
            [new(null, [.. Numbers]), new("Refusals", [.. Refusals]), new("Headroom", [.. Headroom]), new("Waiting", [.. Waiting])]
        );

    private static Panel[] Numbers =>
        [
            Panel.Stat(
                "Refused",
                "percentunit",
                "Share of requests that the gateway refused, for any reason.",
                $"(sum(rate(promptgateway_requests_total{{{Request},outcome=\"refused\"}}{Window})) or vector(0)) / (sum(rate(promptgateway_requests_total{{{Request}}}{Window})) > 0)"
            ) with
            {
                Width = 6,
                Colours = Thresholds.Above(0.05, 0.25),
                Decimals = 1,
            },
            Panel.Stat(
                "Refused by limits",
                "reqps",
                "Refusals per second by rate limits and budgets.",
                $"sum(rate(promptgateway_limit_refusals_total{Window}))"
            ) with
            {
                Width = 6,
                Colours = Thresholds.Above(0.1, 10),
            },
            Panel.Stat(
                "Least headroom",
                "percentunit",
                "What is left of the limit that is nearest to its end. 0 %: somebody is being refused.",
                "min(promptgateway_limit_headroom_ratio)"
            ) with
            {
                Width = 6,
                Colours = Thresholds.Below(0.2, 0.05),
                Decimals = 0,
            },
            Panel.Stat(
                "Waiting",
                "short",
                "Requests that wait for room in a limit, over all gateways.",
                "sum(promptgateway_limit_queue)"
            ) with
            {
                Width = 6,
                Colours = Thresholds.Above(1, 100),
                Decimals = 0,
            },
        ];

    private static Panel[] Refusals =>
        [
            Panel.Stack(
                "By scope and kind",
                "reqps",
                "Whose limit it was (key, team, model, upstream, gateway) and of what (requests, tokens, concurrent, usd).",
                new Query($"sum by (scope, kind) (rate(promptgateway_limit_refusals_total{Window}))", "{{scope}} {{kind}}")
            ),
            Panel.Stack(
                "By code",
                "reqps",
                "All refusals by the code that the client gets, bad requests included.",
                new Query($"sum by (code) (rate(promptgateway_refusals_total{Window}))", "{{code}}")
            ),
            Panel.Stack(
                "By key",
                "reqps",
                "The ten keys that are refused most, for any reason. none: nobody was recognised.",
                new Query(
                    $"topk(10, sum by (key) (rate(promptgateway_requests_total{{{Request},outcome=\"refused\"}}{Window})))",
                    "{{key}}"
                )
            ),
        ];

    private static Panel[] Headroom =>
        [
            Panel.Lines(
                "Left of limits",
                "percentunit",
                "The smallest share that is left over all limits of a scope and kind.",
                new Query("min by (scope, kind) (promptgateway_limit_headroom_ratio)", "{{scope}} {{kind}}")
            ) with
            {
                Width = 12,
                Colours = Thresholds.Below(0.2, 0.05),
                ShowsThresholds = true,
                Max = 1,
            },
            new Panel(
                PanelKind.BarGauge,
                "Left of budgets",
                "percentunit",
                "Of each budget's current period; the 12 that are nearest to their end.",
                [new("bottomk(12, clamp_min(1 - promptgateway:budget_used:ratio, 0))", "{{budget}} ({{scope}}, {{per}})")]
            )
            {
                Width = 12,
                Colours = Thresholds.Below(0.2, 0.05),
                Max = 1,
                Decimals = 0,
            },
        ];

    private static Panel[] Waiting =>
        [
            Panel.Lines(
                "Requests waiting",
                "short",
                "By gateway. The alert fires when the queue has grown for ten minutes.",
                new Query("promptgateway_limit_queue", "{{instance}}")
            ) with
            {
                Width = 12,
            },
            Panel.Lines(
                "Time waited",
                "s",
                "How long requests waited that had to wait for room in a limit.",
                new Query($"histogram_quantile(0.5, sum by (le) (rate(promptgateway_limit_queue_wait_seconds_bucket{Window})))", "p50"),
                new Query($"histogram_quantile(0.95, sum by (le) (rate(promptgateway_limit_queue_wait_seconds_bucket{Window})))", "p95")
            ) with
            {
                Palette = Palettes.Quantiles,
                Width = 12,
            },
        ];
}
