namespace PromptGateway.Experiments.Statistics;

/// <summary>
/// A share of requests that come in conversations. Intervals are Wilson's, of differences Newcombe's (method 10), with as many
/// observations as the requests are worth: their number divided by the design effect of the conversations.
/// </summary>
internal sealed class ClusteredRate
{
    private readonly ClusteredMean _mean = new();

    public long Count => _mean.Count;

    public double Rate => _mean.Mean;

    public void Add(int cluster, bool hit) => _mean.Add(cluster, hit ? 1 : 0);

    public Interval Interval()
    {
        if (Count == 0)
            return new Interval(0, null, null);
        var (low, high) = Wilson(Rate, Effective());
        return new Interval(Rate, low, high);
    }

    public static Interval Difference(ClusteredRate treatment, ClusteredRate control)
    {
        var difference = treatment.Rate - control.Rate;
        if (treatment.Count == 0 || control.Count == 0)
            return new Interval(difference, null, null);
        var (lowA, highA) = Wilson(treatment.Rate, treatment.Effective());
        var (lowB, highB) = Wilson(control.Rate, control.Effective());
        var (down, up) = (treatment.Rate - lowA, highA - treatment.Rate);
        var (downB, upB) = (control.Rate - lowB, highB - control.Rate);
        return new Interval(difference, difference - Math.Sqrt(down * down + upB * upB), difference + Math.Sqrt(up * up + downB * downB));
    }

    /// <summary>Where nothing or everything hit, the design effect cannot be seen: then each conversation counts once.</summary>
    private double Effective()
    {
        var binomial = Rate * (1 - Rate) / Count;
        if (binomial <= 0)
            return _mean.Clusters;
        var design = (_mean.Variance ?? binomial) / binomial;
        return Count / Math.Max(1, design);
    }

    private static (double Low, double High) Wilson(double rate, double n)
    {
        const double z = StudentT.Normal;
        var centre = rate + z * z / (2 * n);
        var half = z * Math.Sqrt(rate * (1 - rate) / n + z * z / (4 * n * n));
        var whole = 1 + z * z / n;
        return (Math.Max(0, (centre - half) / whole), Math.Min(1, (centre + half) / whole));
    }
}
