using System.Text.Json;
using PromptGateway.Keys;

namespace PromptGateway.Budgets;

/// <summary>An alert and what has become of it. Kept after it was delivered, so that it is not sent again.</summary>
internal sealed record StoredAlert
{
    public const string Kind = "alert";
    public static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public required BudgetAlert Alert { get; init; }

    /// <summary>Null: not yet.</summary>
    public DateTimeOffset? DeliveredAt { get; init; }

    /// <summary>All attempts failed; nobody tries again.</summary>
    public bool GivenUp { get; init; }

    public StoredDocument ToDocument() => new(Alert.Id, JsonSerializer.Serialize(this, Json));

    public static StoredAlert Of(StoredDocument document) => JsonSerializer.Deserialize<StoredAlert>(document.Json, Json)!;
}
