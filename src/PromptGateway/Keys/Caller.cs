namespace PromptGateway.Keys;

/// <summary>Who sent the request, left on it by <c>AuthenticateStage</c>.</summary>
internal sealed class Caller
{
    /// <summary>The key, or null in pass-through mode, where <see cref="Id"/> is derived from the hash of the caller's own provider key.</summary>
    public required ApiKey? Key { get; init; }

    /// <summary><c>key_...</c>, or <c>passthrough_...</c> with the first 12 hex digits of the hash.</summary>
    public required string Id { get; init; }
    public required string Name { get; init; }

    /// <summary>The key's own, unless another one is said to pay: that of a key which has changed its team since, or was deleted.</summary>
    public string? Team
    {
        get => field ?? Key?.Team;
        init;
    }

    /// <summary>Which models may be asked for; null: all.</summary>
    public ModelFilter? Models { get; init; }

    /// <summary>The caller's own provider secret that goes upstream in pass-through mode; else null.</summary>
    public string? PassThroughSecret { get; init; }

    /// <summary>The caller of every request with this key; made once a key, not once a request.</summary>
    public static Caller Of(ApiKey key) =>
        new()
        {
            Key = key,
            Id = key.Id,
            Name = key.Name,
            Models = ModelFilter.From(key.Models),
        };
}
