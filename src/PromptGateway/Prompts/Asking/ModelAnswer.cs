namespace PromptGateway.Prompts.Asking;

/// <summary>What a question came to. Remembered with its failures: what was decided for a text stays.</summary>
internal sealed record ModelAnswer
{
    /// <summary>The new text; null when there is none.</summary>
    public string? Text { get; init; }

    /// <summary>What was changed, in the model's words.</summary>
    public IReadOnlyList<string> Changes { get; init; } = [];

    /// <summary>From 0 to 1.</summary>
    public double? Confidence { get; init; }

    /// <summary>Why there is no text: one of <see cref="AskFailure"/>, or a reason to leave the text as it is.</summary>
    public string? Failure { get; init; }

    /// <summary>What asking has cost, as far as that was booked when the answer came.</summary>
    public long CostNanoUsd { get; init; }

    /// <summary>Whether asking again may end differently soon.</summary>
    public bool IsPassing =>
        Failure
            is AskFailure.NoModel
                or AskFailure.NotServed
                or AskFailure.Timeout
                or AskFailure.Error
                or AskFailure.Budget
                or AskFailure.UnknownPrice;

    /// <summary>About what it takes in memory.</summary>
    public int Bytes => 200 + 2 * ((Text?.Length ?? 0) + Changes.Sum(change => change.Length + 16));

    public static ModelAnswer Failed(string reason) => new() { Failure = reason };
}
