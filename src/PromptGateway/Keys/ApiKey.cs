namespace PromptGateway.Keys;

/// <summary>A key as it is stored: everything but the secret itself.</summary>
internal sealed record ApiKey
{
    /// <summary><c>key_</c> and 24 random letters and digits; never changes, not even when the secret is rotated.</summary>
    public required string Id { get; init; }

    /// <summary>The store's version at the last change; grows with each change. 0 for a key that is not stored.</summary>
    public long Version { get; init; }
    public KeyOrigin Origin { get; init; }
    public required KeyHash Hash { get; init; }

    /// <summary>The first characters of the secret, for people to recognise it by: <c>pg-Ab3x</c>.</summary>
    public required string Prefix { get; init; }
    public required string Name { get; init; }
    public string? Team { get; init; }
    public string? Owner { get; init; }

    /// <summary>Model names and globs that the key may use; empty: all.</summary>
    public IReadOnlyList<string> Models { get; init; } = [];

    /// <summary>Name of the optimization policy; null: the default one.</summary>
    public string? Policy { get; init; }
    public IReadOnlyList<LimitSpec> Limits { get; init; } = [];
    public IReadOnlyList<BudgetSpec> Budgets { get; init; } = [];
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? ExpiresAt { get; init; }
    public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>The secret before the last rotation; accepted until <see cref="PreviousHashExpiresAt"/>.</summary>
    public KeyHash? PreviousHash { get; init; }
    public DateTimeOffset? PreviousHashExpiresAt { get; init; }
}
