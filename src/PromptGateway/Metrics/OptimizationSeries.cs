namespace PromptGateway.Metrics;

/// <summary>How many requests met one optimization policy, by mode and outcome. Counting costs one interlocked addition.</summary>
internal sealed class OptimizationSeries(string policy)
{
    public static readonly string[] Modes = ["off", "shadow", "on", "control"];
    public static readonly string[] Outcomes = ["applied", "unchanged", "skipped", "failed"];

    private readonly long[] _counts = new long[Modes.Length * Outcomes.Length];

    public string Policy => policy;

    /// <param name="mode">One of <see cref="Modes"/>.</param>
    /// <param name="outcome">One of <see cref="Outcomes"/>.</param>
    public void Count(string mode, string outcome) =>
        Interlocked.Increment(ref _counts[IndexOf(Modes, mode) * Outcomes.Length + IndexOf(Outcomes, outcome)]);

    /// <summary>All that were met at least once.</summary>
    public IEnumerable<(string Mode, string Outcome, long Count)> Counts()
    {
        for (var index = 0; index < _counts.Length; index++)
            if (Volatile.Read(ref _counts[index]) is > 0 and var count)
                yield return (Modes[index / Outcomes.Length], Outcomes[index % Outcomes.Length], count);
    }

    private static int IndexOf(string[] words, string word)
    {
        for (var index = 0; index < words.Length; index++)
            if (ReferenceEquals(words[index], word) || words[index] == word)
                return index;
        throw new ArgumentOutOfRangeException(nameof(word), word, "not a word of this series");
    }
}
