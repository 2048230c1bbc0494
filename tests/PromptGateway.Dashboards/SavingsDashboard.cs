using static PromptGateway.Dashboards.Filters;

namespace PromptGateway.Dashboards;

/// <summary>What the prompt optimizer saves, what it would save, and what it costs.</summary>
internal static class SavingsDashboard
{
    private const string Window = "[$__rate_interval]";

    public static Dashboard Create() =>
        new(
            "promptgateway-savings",
            "Savings",
            "Tokens and money saved by policy and transform; shadow next to on; control arms; the optimizer's own cost.",
            [Variable.Key, Variable.Team, Variable.Model],
            [
                new(null, [.. Numbers]),
                new("Saved", [.. Saved]),
                new("Shadow, on and control", [.. Arms]),
                new("The optimizer itself", [.. Itself]),
            ]
        )
        {
            TimeRange = "now-24h",
        };

    private static Panel[] Numbers =>
        [
            Panel.Stat(
                "Saved",
                "currencyUSD",
                "Money saved in the time chosen, by policies that are on: tokens not sent, at the price of the model, cache reads lost counted against it.",
                $"sum(increase(promptgateway_optimization_saved_usd_total{{{Saver},mode=\"on\"}}[$__range])) or vector(0)"
            ) with
            {
                Decimals = 2,
            },
            Panel.Stat(
                "Shadow's savings",
                "currencyUSD",
                "The same of policies in shadow, which only look.",
                $"sum(increase(promptgateway_optimization_saved_usd_total{{{Saver},mode=\"shadow\"}}[$__range])) or vector(0)"
            ) with
            {
                Decimals = 2,
            },
            Panel.Stat(
                "Optimizer's own cost",
                "currencyUSD",
                "What models that rewrite prompts have cost in the time chosen. Transforms without a model cost nothing.",
                "sum(increase(promptgateway_optimization_cost_usd_total[$__range])) or vector(0)"
            ) with
            {
                Decimals = 2,
            },
            Panel.Stat(
                "Tokens saved",
                "short",
                "Input tokens not sent in the time chosen, estimated by transform.",
                "sum(increase(promptgateway_optimization_tokens_saved_total{mode=\"on\"}[$__range])) or vector(0)"
            ) with
            {
                Decimals = 0,
            },
            Panel.Stat(
                "Of all input",
                "percentunit",
                "Tokens saved, as a share of what would have been sent by policies that are on.",
                "sum(promptgateway:optimization_tokens_saved:rate5m{mode=\"on\"}) / (sum(promptgateway:optimization_tokens_saved:rate5m{mode=\"on\"}) + sum(promptgateway:optimization_input_tokens:rate5m{mode=\"on\"}) > 0)"
            ) with
            {
                Decimals = 1,
            },
            Panel.Stat(
                "Switched off",
                "short",
                "Policies that switched themselves off, because they did harm. The report tells why.",
                "sum(max by (policy, route) (promptgateway_optimization_switched_off)) or vector(0)"
            ) with
            {
                Colours = Thresholds.Above(1, 2),
                Decimals = 0,
            },
        ];

    private static Panel[] Saved =>
        [
            Panel.Stack(
                "Tokens saved by policy",
                "count:tok/s",
                "Prompt tokens not sent, by policies that are on.",
                new Query("sum by (policy) (promptgateway:optimization_tokens_saved:rate5m{mode=\"on\"})", "{{policy}}")
            ),
            Panel.Stack(
                "Tokens saved by transform",
                "count:tok/s",
                "Of policies that are on: which transform does the work.",
                new Query("sum by (transform) (promptgateway:optimization_tokens_saved:rate5m{mode=\"on\"})", "{{transform}}")
            ),
            Panel.Stack(
                "Money saved per hour by policy",
                "currencyUSD",
                "Of policies that are on, at the pace of the time shown.",
                new Query(
                    $"3600 * sum by (policy) (rate(promptgateway_optimization_saved_usd_total{{{Saver},mode=\"on\"}}{Window}))",
                    "{{policy}}"
                )
            ),
        ];

    private static Panel[] Arms =>
        [
            Panel.Lines(
                "Tokens saved per request, shadow next to on",
                "short",
                "What a policy takes off a prompt where it is on, and what it would where it only looks. A policy tried in shadow shows whether turning it on pays.",
                new Query(
                    "sum by (policy, mode) (promptgateway:optimization_tokens_saved:rate5m{mode=~\"on|shadow\"}) / sum by (policy, mode) (promptgateway:optimization_requests:rate5m{mode=~\"on|shadow\",outcome!=\"skipped\"})",
                    "{{policy}} {{mode}}"
                )
            ),
            Panel.Lines(
                "Input tokens per request, on and control",
                "short",
                "The mean size of prompts that were optimized and of those left alone for comparison. Their difference is what the policy really saves.",
                new Query(
                    "sum by (policy, mode) (promptgateway:optimization_input_tokens:rate5m{mode=~\"on|control\"}) / (sum by (policy, mode) (promptgateway:optimization_requests:rate5m{mode=\"on\",outcome!=\"skipped\"}) or sum by (policy, mode) (promptgateway:optimization_requests:rate5m{mode=\"control\"}))",
                    "{{policy}} {{mode}}"
                )
            ),
            Panel.Stack(
                "Requests by mode and outcome",
                "reqps",
                "applied: made smaller; unchanged: nothing to gain; skipped: not tried, for want of time for example; failed: sent as it came.",
                new Query($"sum by (mode, outcome) (rate(promptgateway_optimization_requests_total{Window}))", "{{mode}} {{outcome}}")
            ),
        ];

    private static Panel[] Itself =>
        [
            Panel.Lines(
                "Time it takes, p95",
                "s",
                "What the optimizer adds to a request, by policy.",
                new Query(
                    $"histogram_quantile(0.95, sum by (le, policy) (rate(promptgateway_optimization_duration_seconds_bucket{Window})))",
                    "{{policy}}"
                )
            ) with
            {
                Colours = Thresholds.Above(0.02, 0.1),
                ShowsThresholds = true,
            },
            Panel.Stack(
                "Fallbacks by reason",
                "reqps",
                "Requests that were sent as they came, because a check or a limit said so.",
                new Query(
                    $"sum by (reason) (rate(promptgateway_optimization_fallbacks_total{Window})) or label_replace(vector(0), \"reason\", \"none\", \"\", \"\")",
                    "{{reason}}"
                )
            ),
            Panel.Lines(
                "Optimizer's cost per hour",
                "currencyUSD",
                "Of models that rewrite prompts, by policy. It belongs to the budget of the key whose request it was.",
                new Query(
                    $"3600 * sum by (policy) (rate(promptgateway_optimization_cost_usd_total{Window})) or label_replace(vector(0), \"policy\", \"none\", \"\", \"\")",
                    "{{policy}}"
                )
            ),
        ];
}
