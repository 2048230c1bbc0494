namespace PromptGateway.Simulator.Behavior;

/// <summary>
/// How the simulator answers one request. Set for all requests by <see cref="SimulatorOptions.Behavior"/> and changed per request
/// by <see cref="BehaviorSyntax"/>. All values are bounded there.
/// </summary>
internal sealed record SimulatorBehavior
{
    /// <summary>Length of a text answer in tokens, if neither a limit nor a stop sequence ends it before.</summary>
    public int OutputTokens { get; init; } = 48;

    /// <summary>Reasoning tokens that reasoning models add to their output.</summary>
    public int ReasoningTokens { get; init; } = 16;

    /// <summary>Wait before the first byte of the answer, the status line included.</summary>
    public TimeSpan FirstByteDelay { get; init; }

    /// <summary>Wait before every streamed chunk but the first.</summary>
    public TimeSpan ChunkDelay { get; init; }

    /// <summary>Tokens in one streamed chunk.</summary>
    public int ChunkTokens { get; init; } = 1;

    public UsageStyle Usage { get; init; }

    public FaultKind Fault { get; init; }

    /// <summary>How many chunks are delivered before the fault; 0 is before the first byte (a whole answer counts as two chunks).</summary>
    public int FaultAfter { get; init; }

    /// <summary>Status of <see cref="FaultKind.Status"/>, and the error named by <see cref="FaultKind.Error"/>.</summary>
    public int FaultStatus { get; init; } = 500;

    /// <summary>OpenAI's <c>error.code</c> of the fault; null is the usual one for the status.</summary>
    public string? FaultCode { get; init; }

    /// <summary>Whole seconds in <c>Retry-After</c>; null sends it only with 429, 503 and 529 (1 second).</summary>
    public int? RetryAfterSeconds { get; init; }
}
