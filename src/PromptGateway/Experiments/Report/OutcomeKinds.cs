using PromptGateway.Chat;
using PromptGateway.Usage;

namespace PromptGateway.Experiments.Report;

/// <summary>How ledger rows are read in comparisons.</summary>
internal static class OutcomeKinds
{
    /// <summary>The request failed at the provider or on the way; clients that leave are no failure.</summary>
    public static bool IsError(this UsageRecord record) =>
        record.Outcome is "upstream_error" or "upstream_unreachable" or "upstream_timeout" or "upstream_cut" or "internal";

    /// <summary>The provider itself said what was used.</summary>
    public static bool IsMeasured(this UsageRecord record) => record.UsageSource is UsageSource.Provider or UsageSource.Drained;

    /// <summary>The same number for all requests of a conversation.</summary>
    public static int Cluster(this UsageRecord record) => StringHash.Of(record.Conversation ?? record.RequestId);
}
