using PromptGateway.Prompts.Preview;
using PromptGateway.Prompts.Transforms;

namespace PromptGateway.Cli;

/// <summary>What one transform did over many payloads.</summary>
internal sealed class TransformTotal(string name, string kind)
{
    private readonly List<double> _microseconds = [];
    private readonly Dictionary<string, int> _skipped = new(StringComparer.Ordinal);

    public string Name => name;

    /// <summary><c>lossless</c>, <c>trimming</c>, ...</summary>
    public string Class => kind;

    /// <summary>Payloads in which it changed something.</summary>
    public int Applied { get; private set; }
    public long TokensSaved { get; private set; }

    public double MedianMicroseconds => Middle();

    /// <summary>Why it left payloads alone, the most frequent first.</summary>
    public IEnumerable<KeyValuePair<string, int>> SkippedBecause => _skipped.OrderByDescending(reason => reason.Value);

    public void Add(PreviewStep step)
    {
        Applied += step.Report.Applied ? 1 : 0;
        TokensSaved += step.TokensSaved;
        _microseconds.Add(step.Report.Microseconds);
        if (step.Report.Applied)
            return;
        // What another transform has encoded already is passed over without a reason.
        var reason = step.Report.SkippedBecause ?? SkipReason.NothingToDo;
        _skipped[reason] = _skipped.GetValueOrDefault(reason) + 1;
    }

    private double Middle()
    {
        _microseconds.Sort();
        return _microseconds.Count == 0 ? 0 : Experiments.Statistics.Quantile.Of(_microseconds, 0.5);
    }
}
