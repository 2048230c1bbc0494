namespace PromptGateway.Experiments.Statistics;

/// <summary>
/// A sequential test of "treatment is at most a margin worse than control", that may be looked at after each observation without ever
/// spending more than its alpha. It is a betting test for bounded means (Waudby-Smith and Ramdas 2024, "Estimating means of bounded random
/// variables by betting"): the capital of someone who bets against the hypothesis, fairly priced. While the hypothesis holds the capital is
/// a supermartingale that starts at 1, so by Ville's inequality it ever reaches 1/alpha with a chance of at most alpha. No assumption on the
/// shape of the distribution, no normal approximation. Not thread-safe.
/// </summary>
/// <param name="margin">How much worse is still accepted, on the scale of the observations.</param>
internal sealed class BettingTest(double margin)
{
    /// <summary>Part of the largest bet that is allowed: a run of bad luck must not ruin the evidence.</summary>
    private const double Boldness = 0.75;

    /// <summary>Stands for what is not known of the spread at the start: the largest variance of a share.</summary>
    private const double PriorVariance = 0.25;
    private double _logCapital;
    private double _mean;
    private double _squares;
    private double _treatmentSum;
    private double _controlSum;
    private int _treatmentWaiting;
    private int _controlWaiting;

    public double Margin => margin;

    /// <summary>Comparisons of one treatment with one control observation, or with the mean of those that had none to compare with.</summary>
    public int Pairs { get; private set; }

    /// <summary>Treatment less control, mean of the pairs.</summary>
    public double Difference => _mean;

    /// <summary>Logarithm of the largest capital so far: the evidence against the hypothesis.</summary>
    public double LogEvidence { get; private set; }

    public ArmTally Treatment { get; } = new();

    public ArmTally Control { get; } = new();

    /// <param name="isControl">Which arm it is of.</param>
    /// <param name="badness">From 0 to 1, independent of other observations.</param>
    public void Add(bool isControl, double badness)
    {
        badness = Math.Clamp(badness, 0, 1);
        (isControl ? Control : Treatment).Add(badness);
        if (isControl)
        {
            _controlSum += badness;
            _controlWaiting++;
        }
        else
        {
            _treatmentSum += badness;
            _treatmentWaiting++;
        }
        if (_controlWaiting == 0 || _treatmentWaiting == 0)
            return;
        Compare(_treatmentSum / _treatmentWaiting - _controlSum / _controlWaiting);
        (_treatmentSum, _controlSum, _treatmentWaiting, _controlWaiting) = (0, 0, 0, 0);
    }

    /// <param name="difference">From -1 to 1.</param>
    private void Compare(double difference)
    {
        // The bet is made before the outcome is looked at: that is what makes it fair.
        _logCapital += Math.Log(1 + Bet() * (difference - margin));
        LogEvidence = Math.Max(LogEvidence, _logCapital);
        Pairs++;
        var off = difference - _mean;
        _mean += off / Pairs;
        _squares += off * (difference - _mean);
    }

    /// <summary>About what would have grown the capital fastest so far (GRAPA), within what cannot lose all of it; nothing below the margin.</summary>
    private double Bet()
    {
        // One imagined pair without a difference.
        var mean = _mean * Pairs / (Pairs + 1);
        var variance = (PriorVariance + _squares) / (Pairs + 1);
        var gain = mean - margin;
        return Math.Clamp(gain / (variance + gain * gain), 0, Boldness / (1 + margin));
    }
}
