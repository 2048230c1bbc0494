namespace PromptGateway.Usage;

/// <summary>What one row of a usage report stands for. Days and months are UTC.</summary>
internal enum UsageGrouping
{
    None,
    Key,
    Team,
    Model,
    Upstream,
    Day,
    Month,
}
