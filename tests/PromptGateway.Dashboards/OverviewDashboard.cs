using static PromptGateway.Dashboards.Filters;

namespace PromptGateway.Dashboards;

/// <summary>Is it well, how fast is it, what does it use: the first look.</summary>
internal static class OverviewDashboard
{
    public static Dashboard Create() =>
        new(
            "promptgateway-overview",
            "Overview",
            "Traffic, errors, latency, tokens and money at a glance.",
            Variable.OfRequests,
            [new(null, [.. Numbers]), new("Traffic and latency", [.. Traffic]), new("Tokens and money", [.. Tokens])]
        );

    private static Panel[] Numbers =>
        [
            Panel.Stat(
                "Requests",
                "reqps",
                "Requests finished per second, refused ones included.",
                $"sum(promptgateway:requests:rate5m{{{Request}}})"
            ),
            Panel.Stat(
                "Errors",
                "percentunit",
                "Share of requests that failed and were not the client's fault: 5xx, and streams that broke off. Above 5 % for 5 minutes the alert fires.",
                $"sum(promptgateway:request_errors:rate5m{{{Request}}}) / (sum(promptgateway:requests:rate5m{{{Request}}}) > 0)"
            ) with
            {
                Colours = Thresholds.Above(0.01, 0.05),
                Decimals = 2,
            },
            Panel.Stat(
                "First token, p95",
                "s",
                "Time to the first token of a stream that 95 % of streams stay under, over all models chosen. Not by key or team.",
                Latency.OrNothing(Quantile(0.95, "time_to_first_token"))
            ) with
            {
                Colours = Thresholds.Above(3, 10),
            },
            Panel.Stat(
                "Duration, p95",
                "s",
                "Time from arrival to the last byte that 95 % of requests stay under. Long answers take long: compare with the time per output token.",
                Latency.OrNothing(Quantile(0.95, "request_duration"))
            ) with
            {
                Colours = Thresholds.Above(30, 60),
            },
            Panel.Stat(
                "Tokens",
                "count:tok/s",
                "Input and output tokens per second, as the providers bill them.",
                $"sum(promptgateway:tokens:rate5m{{{Request},type=~\"input|output\"}})"
            ) with
            {
                Decimals = 0,
            },
            Panel.Stat(
                "Cost per hour",
                "currencyUSD",
                "What an hour costs at the pace of the last five minutes. Requests of unknown price are not in it.",
                $"3600 * sum(promptgateway:cost_usd:rate5m{{{Request}}})"
            ) with
            {
                Decimals = 2,
            },
        ];

    private static Panel[] Traffic =>
        [
            Panel.Stack(
                "Requests by outcome",
                "reqps",
                "Requests per second by how they ended. refused: by the gateway itself; client_closed: the client left first.",
                new Query($"sum by (outcome) (rate(promptgateway_requests_total{{{Request}}}[$__rate_interval]))", "{{outcome}}")
            ) with
            {
                Palette = Palettes.Outcomes,
            },
            Panel.Lines(
                "Errors by class",
                "reqps",
                "Requests per second that did not end well, by status class and outcome. A stream that broke off still has status 2xx.",
                new Query(
                    $"sum by (status, outcome) (rate(promptgateway_requests_total{{{Request},outcome!=\"ok\"}}[$__rate_interval]))",
                    "{{status}} {{outcome}}"
                )
            ),
            Panel.Lines(
                "Request duration",
                "s",
                "From arrival to the last byte, streams included. By model and upstream, not by key or team.",
                new Query(Quantile(0.5, "request_duration"), "p50"),
                new Query(Quantile(0.95, "request_duration"), "p95"),
                new Query(Quantile(0.99, "request_duration"), "p99")
            ) with
            {
                Palette = Palettes.Quantiles,
            },
            Panel.Lines(
                "Time to first token",
                "s",
                "From arrival to the first byte of a streamed answer. The alert fires when a model's p95 stays above 10 s.",
                new Query(Quantile(0.5, "time_to_first_token"), "p50"),
                new Query(Quantile(0.95, "time_to_first_token"), "p95"),
                new Query(Quantile(0.99, "time_to_first_token"), "p99")
            ) with
            {
                Palette = Palettes.Quantiles,
                Colours = Thresholds.Above(3, 10),
                ShowsThresholds = true,
            },
            Panel.Lines(
                "Time per output token",
                "s",
                "Time between two output tokens after the first: how fast answers are written.",
                new Query(Quantile(0.5, "time_per_output_token"), "p50"),
                new Query(Quantile(0.95, "time_per_output_token"), "p95")
            ) with
            {
                Palette = Palettes.Quantiles,
            },
            Panel.Lines(
                "First token by model, p95",
                "s",
                "Which model is slow to begin: what 95 % of its streams stay under.",
                new Query(Latency.Quantile(0.95, "time_to_first_token", GenAi, "gen_ai_request_model"), "{{gen_ai_request_model}}")
            ),
        ];

    private static Panel[] Tokens =>
        [
            Panel.Stack(
                "Tokens by type",
                "count:tok/s",
                "Tokens per second. cached_input is a part of input, reasoning a part of output.",
                new Query($"sum by (type) (promptgateway:tokens:rate5m{{{Request},type=~\"input|output\"}})", "{{type}}")
            ),
            Panel.Stack(
                "Cost per hour by model",
                "currencyUSD",
                "The ten dearest models. Spend tells more.",
                new Query($"topk(10, 3600 * sum by (model) (promptgateway:cost_usd:rate5m{{{Request}}}))", "{{model}}")
            ),
            Panel.Lines(
                "Requests in flight",
                "short",
                "Requests that are not yet answered to the end, by gateway.",
                new Query("promptgateway_requests_in_flight", "{{instance}}")
            ),
        ];

    private static string Quantile(double share, string what) => Latency.Quantile(share, what, GenAi);
}
