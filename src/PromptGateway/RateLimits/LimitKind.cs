namespace PromptGateway.RateLimits;

/// <summary>What a limit counts.</summary>
internal enum LimitKind
{
    Requests,

    /// <summary>Prompt and output together.</summary>
    Tokens,

    /// <summary>Requests that are not over yet.</summary>
    Concurrent,
}
