namespace PromptGateway.Configuration;

/// <summary>Section <c>KeyStore</c>, as <see cref="Keys.KeysConfiguration"/> reads it.</summary>
internal sealed class KeyStoreOptions
{
    /// <summary>How often the store is asked whether another process changed a key; 10 ms to 1 min.</summary>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How long known keys keep working while the store is out of reach; up to 30 days.</summary>
    public TimeSpan StaleFor { get; set; } = TimeSpan.FromHours(1);
}
