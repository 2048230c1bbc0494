namespace PromptGateway.Admin;

/// <summary>More for a budget, until a moment: <c>{"usd":50,"until":"2026-12-01T00:00:00Z"}</c>.</summary>
internal sealed record RaiseRequest
{
    public decimal? Usd { get; init; }
    public long? Tokens { get; init; }
    public DateTimeOffset? Until { get; init; }
}
