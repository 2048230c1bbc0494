using PromptGateway.Experiments.Switches;

namespace PromptGateway.Admin;

/// <summary>One figure of an experiment: conversations and means of both arms, and the evidence that the margin is crossed.</summary>
/// <param name="Metric">The figure.</param>
/// <param name="Margin">In its own unit.</param>
/// <param name="TreatmentConversations">Conversations that are over.</param>
/// <param name="Treatment">Mean.</param>
/// <param name="ControlConversations">The same of the other arm.</param>
/// <param name="Control">Mean.</param>
/// <param name="PValue">Valid whenever it is looked at; the policy is switched off when it falls to alpha by the number of figures.</param>
internal sealed record WatchedMetricView(
    string Metric,
    double Margin,
    int TreatmentConversations,
    double Treatment,
    int ControlConversations,
    double Control,
    double PValue
)
{
    public static WatchedMetricView Of(WatchedMetric metric) =>
        new(
            metric.Name,
            Math.Round(Math.Abs(metric.Scale) * metric.Test.Margin, 6),
            metric.Test.Treatment.Count,
            Math.Round(metric.Mean(metric.Test.Treatment), 6),
            metric.Test.Control.Count,
            Math.Round(metric.Mean(metric.Test.Control), 6),
            Math.Exp(-metric.Test.LogEvidence)
        );
}
