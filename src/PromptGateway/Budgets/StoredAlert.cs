using System.Text.Json;
using PromptGateway.Keys;

namespace PromptGateway.Budgets;

/// <summary>An alert and what has become of it. Kept after it was delivered, so that it is not sent again.</summary>
internal sealed record StoredAlert
{
    public const string Kind = "alert";
    public const string ClaimKind = "alert_claim";
    public static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public required BudgetAlert Alert { get; init; }

    /// <summary>Null: not yet.</summary>
    public DateTimeOffset? DeliveredAt { get; init; }

    /// <summary>All attempts failed; nobody tries again.</summary>
    public bool GivenUp { get; init; }

    /// <summary>Until then the replica that took it delivers it; later, others may take it over. Null in those of older versions.</summary>
    public DateTimeOffset? TakenUntil { get; init; }

    /// <summary>How often it was taken over.</summary>
    public int Takeovers { get; init; }

    public bool IsOpen => DeliveredAt is null && !GivenUp;

    /// <summary>The document that a replica must be the first to make before it takes over.</summary>
    public StoredDocument Claim() => new($"{Alert.Id}#{Takeovers + 1}", "{}");

    public StoredDocument ToDocument() => new(Alert.Id, JsonSerializer.Serialize(this, Json));

    public static StoredAlert Of(StoredDocument document) => JsonSerializer.Deserialize<StoredAlert>(document.Json, Json)!;
}
