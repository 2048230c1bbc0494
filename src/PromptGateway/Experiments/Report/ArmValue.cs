using PromptGateway.Experiments.Statistics;

namespace PromptGateway.Experiments.Report;

/// <summary>One figure of one arm, or of one group.</summary>
/// <param name="Observations">Requests that it is of.</param>
/// <param name="Mean">A mean or a share.</param>
/// <param name="Low">Of the 95 % interval; null: too little was seen.</param>
/// <param name="High">Of the same.</param>
internal sealed record ArmValue(long Observations, double Mean, double? Low, double? High)
{
    public static ArmValue? Of(long observations, Interval interval)
    {
        var rounded = Round(interval);
        return observations == 0 ? null : new ArmValue(observations, rounded.Value, rounded.Low, rounded.High);
    }

    public static Interval Round(Interval interval) => new(Math.Round(interval.Value, 9), Rounded(interval.Low), Rounded(interval.High));

    private static double? Rounded(double? value) => value is { } known ? Math.Round(known, 9) : null;
}
