namespace PromptGateway.Keys;

/// <summary>Settings of the room; <see cref="KeysConfiguration"/> says where each comes from.</summary>
internal sealed class KeysOptions
{
    /// <summary>How often the store is asked whether another process changed a key. Default 250 ms.</summary>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How long known keys keep working while the store is out of reach. Default 1 hour.</summary>
    public TimeSpan StaleFor { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Keys that live in configuration or environment, checked and ready; they work without the store.</summary>
    public IReadOnlyList<ApiKey> Declared { get; set; } = [];

    /// <summary>Hash of <c>PROMPTGATEWAY_ADMIN_KEY</c>; null: the admin key is generated and its hash is in the store.</summary>
    public KeyHash? AdminKeyHash { get; set; }
}
