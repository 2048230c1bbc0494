using PromptGateway.Chat;
using PromptGateway.Routing;

namespace PromptGateway.Usage;

/// <summary>Part of what a request has used, done by other models than the one it asked for: the transcription in realtime sessions.</summary>
/// <param name="Usage">Is part of the tally's own.</param>
/// <param name="CostNanoUsd">Null: the price is not known.</param>
internal sealed record SideUsage(TokenUsage Usage, long? CostNanoUsd)
{
    /// <param name="all">This and the rest.</param>
    /// <param name="price">Of the rest; not needed when there is none.</param>
    public long? CostWith(in TokenUsage all, ModelPrice? price)
    {
        var rest = all - Usage;
        return rest == default ? CostNanoUsd : CostNanoUsd + price?.CostNanoUsd(rest);
    }
}
