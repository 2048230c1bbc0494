namespace PromptGateway.Keys;

/// <summary>A key in the configuration section <c>Keys</c>, by the SHA-256 of its secret. Fields as in the admin API.</summary>
internal sealed class DeclaredKey
{
    /// <summary>What the ledger knows the key by; absent: derived from the hash. Give one to let the secret change later.</summary>
    public string? Id { get; set; }

    /// <summary>For people.</summary>
    public string? Name { get; set; }

    /// <summary>SHA-256 of the secret (UTF-8), 64 hex digits: <c>printf %s "$SECRET" | sha256sum</c>.</summary>
    public string? Hash { get; set; }

    /// <summary>Whose limits and budgets it shares.</summary>
    public string? Team { get; set; }

    /// <summary>Who answers for it.</summary>
    public string? Owner { get; set; }

    /// <summary>Names and globs that it may use; empty: all.</summary>
    public List<string> Models { get; set; } = [];

    /// <summary>Optimization policy of its requests; absent: that of the route or team.</summary>
    public string? Policy { get; set; }

    /// <summary>Rate limits.</summary>
    public List<LimitSpec> Limits { get; set; } = [];

    /// <summary>Budgets.</summary>
    public List<BudgetSpec> Budgets { get; set; } = [];

    /// <summary>Anything that you want to find it by.</summary>
    public Dictionary<string, string> Metadata { get; set; } = [];

    /// <summary>It stops working then; absent: never.</summary>
    public DateTimeOffset? ExpiresAt { get; set; }
}
