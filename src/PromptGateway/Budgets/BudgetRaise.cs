using System.Text.Json.Serialization;

namespace PromptGateway.Budgets;

/// <summary>More money or tokens for one budget, until a moment; then they are gone, whatever was spent of them.</summary>
internal sealed record BudgetRaise
{
    /// <summary>Id of the budget.</summary>
    public required string Budget { get; init; }

    /// <summary>US dollars on top.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public decimal? Usd { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Tokens { get; init; }

    public required DateTimeOffset Until { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Nano-dollars, or tokens.</summary>
    [JsonIgnore]
    public long Amount => Usd is { } usd ? (long)(usd * 1_000_000_000m) : Tokens ?? 0;
}
