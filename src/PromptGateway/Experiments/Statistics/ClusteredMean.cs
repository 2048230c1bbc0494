namespace PromptGateway.Experiments.Statistics;

/// <summary>
/// A mean over requests that come in conversations. Requests of one conversation are alike and are in one arm, so the conversations are
/// what varies independently: the mean is the ratio of two sums over conversations, its variance the linearized one of such a ratio
/// (Cochran, Sampling Techniques, chapter 6). Conversations share a fixed number of cells, which keeps them independent and memory bounded.
/// </summary>
internal sealed class ClusteredMean
{
    private const int Cells = 1024;
    private readonly double[] _sums = new double[Cells];
    private readonly int[] _counts = new int[Cells];

    public long Count { get; private set; }

    private double Sum { get; set; }

    public double Mean => Count == 0 ? 0 : Sum / Count;

    /// <summary>Conversations, or cells of them when there are many.</summary>
    public int Clusters => _counts.Count(count => count > 0);

    /// <param name="cluster">Any number that is the same for one conversation.</param>
    /// <param name="value">Of one request.</param>
    public void Add(int cluster, double value)
    {
        var cell = (int)((uint)cluster % Cells);
        _sums[cell] += value;
        _counts[cell]++;
        Sum += value;
        Count++;
    }

    /// <summary>Of the mean; null with fewer than two conversations.</summary>
    public double? Variance
    {
        get
        {
            var clusters = Clusters;
            if (clusters < 2)
                return null;
            var mean = Mean;
            double squares = 0;
            for (var cell = 0; cell < Cells; cell++)
            {
                var residual = _sums[cell] - mean * _counts[cell];
                squares += residual * residual;
            }
            return squares * clusters / (clusters - 1) / Count / Count;
        }
    }

    public Interval Interval() => Around(Mean, Variance, Clusters - 1);

    /// <summary>The difference of two means by Welch's t, degrees of freedom after Satterthwaite.</summary>
    public static Interval Difference(ClusteredMean treatment, ClusteredMean control)
    {
        var difference = treatment.Mean - control.Mean;
        if (treatment.Variance is not { } a || control.Variance is not { } b)
            return new Interval(difference, null, null);
        var spread = a * a / (treatment.Clusters - 1) + b * b / (control.Clusters - 1);
        return Around(difference, a + b, spread == 0 ? double.PositiveInfinity : (a + b) * (a + b) / spread);
    }

    private static Interval Around(double value, double? variance, double degrees)
    {
        if (variance is not { } known)
            return new Interval(value, null, null);
        var half = (double.IsInfinity(degrees) ? StudentT.Normal : StudentT.Quantile975(degrees)) * Math.Sqrt(known);
        return new Interval(value, value - half, value + half);
    }
}
