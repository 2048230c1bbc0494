namespace PromptGateway.Keys;

/// <summary>A key in the configuration section <c>Keys</c>, by the SHA-256 of its secret. Fields as in the admin API.</summary>
internal sealed class DeclaredKey
{
    /// <summary>What the ledger knows the key by; absent: derived from the hash. Give one to let the secret change later.</summary>
    public string? Id { get; set; }
    public string? Name { get; set; }

    /// <summary>SHA-256 of the secret (UTF-8), 64 hex digits: <c>printf %s "$SECRET" | sha256sum</c>.</summary>
    public string? Hash { get; set; }
    public string? Team { get; set; }
    public string? Owner { get; set; }
    public List<string> Models { get; set; } = [];
    public string? Policy { get; set; }
    public List<LimitSpec> Limits { get; set; } = [];
    public List<BudgetSpec> Budgets { get; set; } = [];
    public Dictionary<string, string> Metadata { get; set; } = [];
    public DateTimeOffset? ExpiresAt { get; set; }
}
