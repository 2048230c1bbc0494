namespace PromptGateway.Prompts.Policies;

/// <summary>What one transform did so far in a run.</summary>
internal struct TransformTally
{
    public long Saved;
    public TimeSpan Time;
    public string? Skipped;

    /// <summary>Whether an edit of the whole prompt was made.</summary>
    public bool Applied;

    /// <summary>The text that it looked at last, as the run counts them.</summary>
    public int LastLooked;
}
