using static PromptGateway.Dashboards.Filters;

namespace PromptGateway.Dashboards;

/// <summary>How the providers behave.</summary>
internal static class UpstreamsDashboard
{
    private const string Window = "[$__rate_interval]";

    public static Dashboard Create() =>
        new(
            "promptgateway-upstreams",
            "Upstreams",
            "Health, retries, failovers and throttling of the providers, and how fast they answer.",
            [Variable.Model, Variable.Upstream],
            [new(null, [.. Numbers]), new("Health", [.. Health]), new("Attempts", [.. Attempts]), new("Speed", [.. Speed])]
        );

    private static Panel[] Numbers =>
        [
            Panel.Stat(
                "Destinations in use",
                "percentunit",
                "Share of destinations that health checks let requests go to.",
                $"avg(promptgateway_upstream_healthy{{{Upstream}}})"
            ) with
            {
                Colours = Thresholds.Below(1, 0.5),
                Decimals = 0,
            },
            Panel.Stat(
                "Attempts",
                "reqps",
                "Requests sent to upstreams per second, retries included.",
                $"sum(rate(promptgateway_upstream_attempts_total{{{Upstream}}}{Window}))"
            ),
            Panel.Stat(
                "Failed attempts",
                "percentunit",
                "Share of attempts that upstreams did not answer, or broke off. Above 50 % for 5 minutes the alert fires.",
                $"sum(promptgateway:upstream_failures:rate5m{{{Upstream}}}) / (sum(promptgateway:upstream_attempts:rate5m{{{Upstream}}}) > 0)"
            ) with
            {
                Colours = Thresholds.Above(0.05, 0.5),
                Decimals = 1,
            },
            Panel.Stat(
                "Retries",
                "short",
                "Failed attempts made again at the same upstream, in the time chosen.",
                $"sum(increase(promptgateway_upstream_retries_total{{{Upstream}}}[$__range]))"
            ) with
            {
                Decimals = 0,
            },
            Panel.Stat(
                "Failovers",
                "short",
                "Failed attempts handed to another upstream, in the time chosen.",
                $"sum(increase(promptgateway_upstream_failovers_total{{{Upstream}}}[$__range]))"
            ) with
            {
                Decimals = 0,
            },
            Panel.Stat(
                "Throttled",
                "percentunit",
                "Share of attempts answered with 429, 503 or 529: the provider wants less.",
                $"sum(rate(promptgateway_upstream_throttled_total{{{Upstream}}}{Window})) / (sum(rate(promptgateway_upstream_attempts_total{{{Upstream}}}{Window})) > 0)"
            ) with
            {
                Colours = Thresholds.Above(0.01, 0.1),
                Decimals = 1,
            },
        ];

    private static Panel[] Health =>
        [
            new Panel(
                PanelKind.StateTimeline,
                "Destinations",
                "none",
                "Green while requests go to a destination, red while health checks keep them away; the worst of all gateways.",
                [new($"min by (upstream, destination) (promptgateway_upstream_healthy{{{Upstream}}})", "{{upstream}} / {{destination}}")]
            )
            {
                Width = 12,
                Colours = Thresholds.Below(1, 0.5),
                States = ("away", "in use"),
                Max = 1,
            },
            Panel.Lines(
                "Failed attempts by upstream",
                "percentunit",
                "Attempts without an answer, with a 5xx or a broken stream, as a share of all.",
                new Query($"promptgateway:upstream_failures:ratio_rate5m{{{Upstream}}}", "{{upstream}}")
            ) with
            {
                Width = 12,
                Colours = Thresholds.Above(0.05, 0.5),
                ShowsThresholds = true,
                Max = 1,
            },
        ];

    private static Panel[] Attempts =>
        [
            Panel.Stack(
                "Attempts by outcome",
                "reqps",
                "upstream_error: an error status; upstream_unreachable: no connection; upstream_cut: the answer broke off.",
                new Query($"sum by (outcome) (rate(promptgateway_upstream_attempts_total{{{Upstream}}}{Window}))", "{{outcome}}")
            ) with
            {
                Palette = Palettes.Outcomes,
            },
            Panel.Lines(
                "Retries and failovers",
                "reqps",
                "Failed attempts that were made once more: at the same upstream, or at another one.",
                new Query($"sum by (upstream) (rate(promptgateway_upstream_retries_total{{{Upstream}}}{Window}))", "{{upstream}} retried"),
                new Query(
                    $"sum by (upstream) (rate(promptgateway_upstream_failovers_total{{{Upstream}}}{Window}))",
                    "{{upstream}} failed over"
                )
            ),
            Panel.Lines(
                "Throttling",
                "reqps",
                "Attempts answered with 429, 503 or 529, by upstream.",
                new Query(
                    $"sum by (upstream, status) (rate(promptgateway_upstream_throttled_total{{{Upstream}}}{Window}))",
                    "{{upstream}} {{status}}"
                )
            ),
        ];

    private static Panel[] Speed =>
        [
            Panel.Lines(
                "Duration by upstream, p95",
                "s",
                "From arrival to the last byte, streams included.",
                new Query(Latency.Quantile(0.95, "request_duration", GenAi, "promptgateway_upstream"), "{{promptgateway_upstream}}")
            ),
            Panel.Lines(
                "First token by upstream, p95",
                "s",
                "From arrival to the first byte of a streamed answer.",
                new Query(Latency.Quantile(0.95, "time_to_first_token", GenAi, "promptgateway_upstream"), "{{promptgateway_upstream}}")
            ),
            Panel.Lines(
                "Answers without usage",
                "reqps",
                "Answers that should have said what they used and did not, by upstream.",
                new Query($"sum by (upstream) (rate(promptgateway_usage_missing_total{{{Upstream}}}{Window}))", "{{upstream}}")
            ),
        ];
}
