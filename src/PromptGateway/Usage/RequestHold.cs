namespace PromptGateway.Usage;

/// <summary>
/// What a stage has taken for a request and gives back when it is over, however it ended. Hung on the <see cref="UsageTally"/> instead of
/// waiting for the stages below with a <c>finally</c> of its own: every waiting stage costs each request an object and a resumption.
/// </summary>
internal abstract class RequestHold
{
    /// <summary>Taken before this one, given back after it.</summary>
    public RequestHold? Before { get; set; }

    /// <summary>The request is over: its tally is final but for what it waits for here. Called once; must not throw.</summary>
    public abstract void Release();
}
