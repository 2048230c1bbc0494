using System.Text.Json.Serialization;
using PromptGateway.Budgets;

namespace PromptGateway.Admin;

/// <summary>A raise as the admin API shows it.</summary>
internal sealed record RaiseView
{
    public required string Id { get; init; }

    /// <summary>Id of the budget.</summary>
    public required string Budget { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public decimal? Usd { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Tokens { get; init; }
    public required DateTimeOffset Until { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary><c>active</c> or <c>expired</c>.</summary>
    public required string Status { get; init; }

    public static RaiseView Of(string id, BudgetRaise raise, DateTimeOffset now) =>
        new()
        {
            Id = id,
            Budget = raise.Budget,
            Usd = raise.Usd,
            Tokens = raise.Tokens,
            Until = raise.Until,
            CreatedAt = raise.CreatedAt,
            Status = raise.Until > now ? "active" : "expired",
        };
}
