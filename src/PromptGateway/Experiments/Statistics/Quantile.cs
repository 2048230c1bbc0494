namespace PromptGateway.Experiments.Statistics;

/// <summary>Nearest-rank quantiles: always a value that was seen.</summary>
internal static class Quantile
{
    /// <param name="sorted">Ascending, not empty.</param>
    /// <param name="share">From 0 to 1.</param>
    public static T Of<T>(IReadOnlyList<T> sorted, double share) =>
        sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Count) - 1, 0, sorted.Count - 1)];
}
