namespace PromptGateway.Experiments.Report;

/// <summary>What one row of the optimization report stands for.</summary>
internal enum ReportGrouping
{
    Policy,
    Key,
    Team,
    Model,

    /// <summary>Chat, responses, messages.</summary>
    Operation,

    /// <summary>Kind of content in tool results, as far as the ledger tells.</summary>
    ContentKind,
    Transform,
}
