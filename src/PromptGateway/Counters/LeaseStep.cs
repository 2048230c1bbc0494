namespace PromptGateway.Counters;

/// <summary>What follows from an answer of the bank.</summary>
internal enum LeaseStep
{
    /// <summary>Nothing: who waited has been woken.</summary>
    Done,

    /// <summary>Others still have to say whether they can give something back: ask again shortly.</summary>
    AskAgain,
}
