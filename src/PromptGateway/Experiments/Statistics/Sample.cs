namespace PromptGateway.Experiments.Statistics;

/// <summary>
/// Quantiles of any number of values from a bounded, evenly drawn part of them (reservoir sampling, Vitter's algorithm R), the same for the
/// same values in the same order. Up to its size it holds all of them, and quantiles are exact.
/// </summary>
internal sealed class Sample
{
    private const int Size = 4096;
    private readonly Random _random = new(1);
    private readonly List<double> _values = [];
    private long _seen;
    private bool _sorted;

    public void Add(double value)
    {
        _sorted = false;
        if (_seen++ < Size)
        {
            _values.Add(value);
            return;
        }
        var place = _random.NextInt64(_seen);
        if (place < Size)
            _values[(int)place] = value;
    }

    /// <summary>Null when nothing was seen. Nothing may be added after the first call without being seen by the next.</summary>
    public double? Quantile(double share)
    {
        if (_values.Count == 0)
            return null;
        if (!_sorted)
            _values.Sort();
        _sorted = true;
        return Statistics.Quantile.Of(_values, share);
    }
}
