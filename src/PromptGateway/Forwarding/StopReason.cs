namespace PromptGateway.Forwarding;

/// <summary>Why the gateway itself ended an attempt.</summary>
internal enum StopReason
{
    None,

    /// <summary>No first byte in time.</summary>
    FirstByteTimeout,

    /// <summary>Silence in the middle of an answer.</summary>
    IdleTimeout,

    /// <summary>The whole answer took too long.</summary>
    TotalTimeout,
    Shutdown,

    /// <summary>A budget is used up.</summary>
    Budget,
}
