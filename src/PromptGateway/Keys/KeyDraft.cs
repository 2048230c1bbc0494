namespace PromptGateway.Keys;

/// <summary>The part of a key that people decide, as the admin API and the command line take it; <see cref="KeyRules"/> checks it.</summary>
internal sealed record KeyDraft
{
    public string? Name { get; init; }
    public string? Team { get; init; }
    public string? Owner { get; init; }

    /// <summary>Model names and globs; absent or empty: all models.</summary>
    public IReadOnlyList<string>? Models { get; init; }
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Name of the optimization policy.</summary>
    public string? Policy { get; init; }
    public IReadOnlyList<LimitSpec>? Limits { get; init; }
    public IReadOnlyList<BudgetSpec>? Budgets { get; init; }
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    public static KeyDraft Of(ApiKey key) =>
        new()
        {
            Name = key.Name,
            Team = key.Team,
            Owner = key.Owner,
            Models = key.Models,
            ExpiresAt = key.ExpiresAt,
            Policy = key.Policy,
            Limits = key.Limits,
            Budgets = key.Budgets,
            Metadata = key.Metadata,
        };

    /// <summary>The key with these fields, trimmed, and empty where they are absent.</summary>
    public ApiKey ApplyTo(ApiKey key) =>
        key with
        {
            Name = Name?.Trim() ?? "",
            Team = TextOrNull(Team),
            Owner = TextOrNull(Owner),
            Models = Models ?? [],
            ExpiresAt = ExpiresAt,
            Policy = TextOrNull(Policy),
            Limits = Limits ?? [],
            Budgets = Budgets ?? [],
            Metadata = Metadata ?? new Dictionary<string, string>(),
        };

    private static string? TextOrNull(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
