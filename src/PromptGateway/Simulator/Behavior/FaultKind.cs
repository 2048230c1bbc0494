namespace PromptGateway.Simulator.Behavior;

/// <summary>What goes wrong with a simulated answer. Where it goes wrong is <see cref="SimulatorBehavior.FaultAfter"/>.</summary>
internal enum FaultKind
{
    None,

    /// <summary>An error status and body in the dialect's shape instead of an answer.</summary>
    Status,

    /// <summary>The TCP connection is reset: before any byte, or in the middle of the body.</summary>
    Reset,

    /// <summary>The body ends early: a stream cleanly but without its finish events, a whole body short of its length.</summary>
    Cut,

    /// <summary>A stream carries the dialect's error event and ends; a whole answer is an error body under status 200.</summary>
    Error,

    /// <summary>Nothing more is sent until the client leaves.</summary>
    Hang,

    /// <summary>Bytes that are neither JSON nor valid events.</summary>
    Garbage,
}
