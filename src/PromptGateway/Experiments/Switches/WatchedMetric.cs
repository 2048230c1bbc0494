using PromptGateway.Experiments.Statistics;

namespace PromptGateway.Experiments.Switches;

/// <summary>One figure that is watched on one route, and its test.</summary>
/// <param name="Name">As shown: <c>error_rate</c>, <c>retry_rate</c>, <c>invalid_tool_call_rate</c>, <c>feedback_score</c>.</param>
/// <param name="Scale">What one step of the test's badness is in the figure's own unit; negative where more is better.</param>
/// <param name="Offset">The figure at badness 0.</param>
/// <param name="Test">Over badness from 0 to 1.</param>
internal sealed record WatchedMetric(string Name, double Scale, double Offset, BettingTest Test)
{
    /// <summary>Mean of the figure itself.</summary>
    public double Mean(ArmTally arm) => Offset + Scale * arm.Mean;
}
