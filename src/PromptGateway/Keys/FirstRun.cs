namespace PromptGateway.Keys;

/// <summary>Makes a fresh installation usable: an admin key and, when no key exists anywhere, a first API key.</summary>
internal sealed class FirstRun(
    AdminKey adminKey,
    KeyAdministration keys,
    KeysOptions options,
    IKeyStore store,
    ISettingsStore settings,
    TimeProvider time
)
{
    private const string MarkerName = "first_key_created_at";

    /// <summary>To be awaited before the gateway serves. Of several processes on one fresh database, one gets the secrets.</summary>
    public async Task<FirstRunSecrets> EnsureAsync(CancellationToken cancellationToken)
    {
        var admin = await adminKey.EnsureAsync(cancellationToken);
        return new FirstRunSecrets(admin, await FirstApiKeyAsync(cancellationToken));
    }

    private async Task<string?> FirstApiKeyAsync(CancellationToken cancellationToken)
    {
        if (options.Declared.Count > 0 || (await store.ReadChangesAsync(0, cancellationToken)).Ids.Count > 0)
            return null;
        // The marker keeps a start after the deletion of all keys from making a new one that nobody asked for.
        if (!await settings.TryAddAsync(MarkerName, time.GetUtcNow().ToString("O"), cancellationToken))
            return null;
        var issued = await keys.CreateAsync(new KeyDraft { Name = "first key" }, cancellationToken);
        return issued.Secret;
    }
}
