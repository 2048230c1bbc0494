using System.Text.Json.Serialization;
using PromptGateway.Budgets;
using PromptGateway.Keys;

namespace PromptGateway.Admin;

/// <summary>A key as the admin API shows it. No hash is in it: nothing that this API gives can be used as a key.</summary>
internal sealed record KeyView
{
    public required string Id { get; init; }

    /// <summary>The secret; only in the answer that created it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Key { get; init; }

    /// <summary>First characters of the secret, to recognise it by.</summary>
    public required string Prefix { get; init; }

    /// <summary><c>active</c>, <c>expired</c> or <c>revoked</c>.</summary>
    public required string Status { get; init; }

    /// <summary><c>store</c>, <c>configuration</c> or <c>environment</c>; only keys of the store can be changed here.</summary>
    public required string Source { get; init; }
    public required string Name { get; init; }
    public string? Team { get; init; }
    public string? Owner { get; init; }

    /// <summary>Empty: all models.</summary>
    public required IReadOnlyList<string> Models { get; init; }
    public DateTimeOffset? ExpiresAt { get; init; }
    public string? Policy { get; init; }
    public required IReadOnlyList<LimitSpec> Limits { get; init; }
    public required IReadOnlyList<BudgetSpec> Budgets { get; init; }

    /// <summary>Spend of the present periods, in the order of the budgets; those of the configuration come last. Only when one key is shown.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<BudgetState>? BudgetState { get; init; }
    public required IReadOnlyDictionary<string, string> Metadata { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>Until when the secret before the last rotation is accepted.</summary>
    public DateTimeOffset? PreviousKeyExpiresAt { get; init; }

    public static KeyView Of(IssuedKey issued, DateTimeOffset now) => Of(issued.Key, now) with { Key = issued.Secret };

    public static KeyView Of(ApiKey key, DateTimeOffset now) =>
        new()
        {
            Id = key.Id,
            Prefix = key.Prefix,
            Status =
                key.RevokedAt is not null ? "revoked"
                : key.ExpiresAt <= now ? "expired"
                : "active",
            Source = key.Origin switch
            {
                KeyOrigin.Configuration => "configuration",
                KeyOrigin.Environment => "environment",
                _ => "store",
            },
            Name = key.Name,
            Team = key.Team,
            Owner = key.Owner,
            Models = key.Models,
            ExpiresAt = key.ExpiresAt,
            Policy = key.Policy,
            Limits = key.Limits,
            Budgets = key.Budgets,
            Metadata = key.Metadata,
            CreatedAt = key.CreatedAt,
            RevokedAt = key.RevokedAt,
            PreviousKeyExpiresAt = key.PreviousHashExpiresAt > now ? key.PreviousHashExpiresAt : null,
        };
}
