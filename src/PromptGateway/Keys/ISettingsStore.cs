namespace PromptGateway.Keys;

/// <summary>A few facts that must be the same after a restart and for every process on the same database.</summary>
internal interface ISettingsStore
{
    Task<string?> FindAsync(string name, CancellationToken cancellationToken);

    /// <summary>Stores the value unless the name is there already.</summary>
    /// <returns>False when another value was there first; it stays.</returns>
    Task<bool> TryAddAsync(string name, string value, CancellationToken cancellationToken);
}
