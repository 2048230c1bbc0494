namespace PromptGateway.Simulator.Generation;

/// <summary>Why an answer ended; each wire format has its own word for it.</summary>
internal enum FinishCause
{
    Done,
    Length,
    StopSequence,
    ToolCalls,
}
