using PromptGateway.Experiments.Statistics;
using PromptGateway.Usage;

namespace PromptGateway.Experiments.Report;

/// <summary>Adds up one arm of an experiment.</summary>
internal sealed class ArmTotals
{
    public long Requests { get; private set; }
    public ClusteredMean InputTokens { get; } = new();
    public ClusteredMean OutputTokens { get; } = new();

    /// <summary>Dollars, the optimizer's own cost included.</summary>
    public ClusteredMean Cost { get; } = new();
    public ClusteredRate Errors { get; } = new();
    public ClusteredRate Retries { get; } = new();
    public ClusteredRate InvalidToolCalls { get; } = new();
    public ClusteredMean Latency { get; } = new();
    public Sample Latencies { get; } = new();
    public ClusteredMean Feedback { get; } = new();

    public void Add(UsageRecord record, double? feedback)
    {
        var cluster = record.Cluster();
        Requests++;
        Errors.Add(cluster, record.IsError());
        Retries.Add(cluster, record.Attempts > 1);
        if (record.ToolCalls > 0)
            InvalidToolCalls.Add(cluster, record.InvalidToolCalls > 0);
        if (feedback is { } score)
            Feedback.Add(cluster, score);
        if (record.Outcome == "ok")
        {
            Latency.Add(cluster, record.DurationMicros / 1000d);
            Latencies.Add(record.DurationMicros / 1000d);
        }
        if (!record.IsMeasured())
            return;
        InputTokens.Add(cluster, record.Usage.InputTokens);
        OutputTokens.Add(cluster, record.Usage.OutputTokens);
        if (record.CostNanoUsd is { } cost)
            Cost.Add(cluster, (cost + record.OptimizerCostNanoUsd) / 1e9);
    }

    public static ArmComparison Compare(string policy, ArmTotals treatment, ArmTotals control) =>
        new()
        {
            Policy = policy,
            TreatmentRequests = treatment.Requests,
            ControlRequests = control.Requests,
            TreatmentLatencyMs = Spread.Of(treatment.Latencies),
            ControlLatencyMs = Spread.Of(control.Latencies),
            Figures =
            [
                ArmFigure.Of("input_tokens", treatment.InputTokens, control.InputTokens),
                ArmFigure.Of("output_tokens", treatment.OutputTokens, control.OutputTokens),
                ArmFigure.Of("total_cost_usd", treatment.Cost, control.Cost),
                ArmFigure.Of("error_rate", treatment.Errors, control.Errors),
                ArmFigure.Of("retry_rate", treatment.Retries, control.Retries),
                ArmFigure.Of("invalid_tool_call_rate", treatment.InvalidToolCalls, control.InvalidToolCalls),
                ArmFigure.Of("latency_ms", treatment.Latency, control.Latency),
                ArmFigure.Of("feedback_score", treatment.Feedback, control.Feedback),
            ],
        };
}
