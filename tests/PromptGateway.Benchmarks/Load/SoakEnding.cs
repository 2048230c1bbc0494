namespace PromptGateway.Benchmarks.Load;

/// <summary>How a client ends its request.</summary>
internal enum SoakEnding
{
    WholeAnswer,
    WholeStream,
    BeforeTheAnswer,
    AfterTheFirstBytes,
    ResetInTheMiddle,
    HalfARequest,
}
