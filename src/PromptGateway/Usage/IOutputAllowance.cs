using PromptGateway.Chat;

namespace PromptGateway.Usage;

/// <summary>
/// How much longer a streamed answer may become, when a budget stops streams. Asked while the answer passes; absent for most requests.
/// </summary>
internal interface IOutputAllowance
{
    /// <summary>Output tokens that are paid for. Only at this many does <see cref="TryExtend"/> have to be asked.</summary>
    long OutputTokens { get; }

    /// <summary>Tokens of the prompt, for the cost of a stream whose upstream has not told yet.</summary>
    long PromptTokens { get; }

    /// <summary>How many answers were asked for.</summary>
    int Choices { get; }

    /// <summary>Output tokens so far, from what was learned of this key and model.</summary>
    long Estimate(int textEvents, long textBytes);

    /// <summary>Pays for more than <paramref name="output"/> tokens.</summary>
    /// <param name="reported">What the upstream has told so far; null: nothing.</param>
    /// <param name="output">Output tokens so far.</param>
    /// <returns>Null, or what to tell the client when the answer has to end here.</returns>
    Rejection? TryExtend(TokenUsage? reported, long output);
}
