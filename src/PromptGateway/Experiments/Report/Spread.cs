using PromptGateway.Experiments.Statistics;

namespace PromptGateway.Experiments.Report;

/// <summary>How values are spread: nearest-rank percentiles, of a drawn sample where there are many values.</summary>
internal sealed record Spread(double P10, double P50, double P90, double P95, double P99)
{
    /// <summary>Null when nothing was seen.</summary>
    public static Spread? Of(Sample sample) =>
        sample.Quantile(0.5) is { } median
            ? new Spread(At(sample, 0.1), Round(median), At(sample, 0.9), At(sample, 0.95), At(sample, 0.99))
            : null;

    private static double At(Sample sample, double share) => Round(sample.Quantile(share)!.Value);

    private static double Round(double value) => Math.Round(value, 3);
}
