namespace PromptGateway.Usage;

/// <summary>How a request ended; one closed list for ledger, log and metrics.</summary>
internal enum Outcome
{
    Ok,

    /// <summary>The gateway refused it (key, limit, bad request).</summary>
    Refused,

    /// <summary>The client left before the answer was complete.</summary>
    ClientClosed,

    /// <summary>The upstream answered with an error status, or reported an error inside a stream.</summary>
    UpstreamError,

    /// <summary>No connection, or it broke before an answer came.</summary>
    UpstreamUnreachable,
    UpstreamTimeout,

    /// <summary>The answer broke off before its end.</summary>
    UpstreamCut,

    /// <summary>A budget was used up in the middle of a streamed answer, and says that streams are stopped there.</summary>
    BudgetStopped,

    /// <summary>The gateway was stopped and its grace period was over.</summary>
    Shutdown,

    /// <summary>A fault of the gateway.</summary>
    Internal,
}
