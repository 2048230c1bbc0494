namespace PromptGateway.Keys;

/// <summary>
/// Creates and changes keys. A change is in the store and in this process's <see cref="KeyRing"/> when its task completes; other
/// processes see it within their poll interval.
/// </summary>
internal sealed class KeyAdministration(IKeyStore store, KeyRing ring, TimeProvider time, FillRandom fill, ILogger<KeyAdministration> log)
{
    public static readonly TimeSpan MaxGrace = TimeSpan.FromDays(30);

    /// <summary>Declared keys first, then the stored ones, oldest first.</summary>
    public async Task<IReadOnlyList<ApiKey>> ListAsync(CancellationToken cancellationToken)
    {
        var stored = (await store.ReadChangesAsync(0, cancellationToken)).Changed;
        return [.. ring.Declared, .. stored.OrderBy(key => key.CreatedAt).ThenBy(key => key.Id, StringComparer.Ordinal)];
    }

    public async Task<ApiKey?> FindAsync(string id, CancellationToken cancellationToken) =>
        FindDeclared(id) ?? await store.FindAsync(id, cancellationToken);

    /// <exception cref="InvalidKeyException">The draft has faults.</exception>
    public async Task<IssuedKey> CreateAsync(KeyDraft draft, CancellationToken cancellationToken)
    {
        var now = Now();
        var secret = KeySecret.Create(KeySecret.ApiPrefix, fill);
        var key = draft.ApplyTo(
            new ApiKey
            {
                Id = NewId(),
                Hash = KeyHash.Of(secret),
                Prefix = KeySecret.Shown(secret),
                Name = "",
                CreatedAt = now,
            }
        );
        Check(key, expiryIsNew: true, now);
        key = await store.InsertAsync(key, cancellationToken);
        await RefreshAsync();
        return new IssuedKey(key, secret);
    }

    /// <param name="id">Of the key.</param>
    /// <param name="edit">From the fields as they are to the fields as they shall be.</param>
    /// <param name="cancellationToken">Stops before the change.</param>
    /// <returns>Null when there is no such key.</returns>
    /// <exception cref="InvalidKeyException">The result of the edit has faults.</exception>
    /// <exception cref="KeyConflictException">The key is declared elsewhere.</exception>
    public Task<ApiKey?> UpdateAsync(string id, Func<KeyDraft, KeyDraft> edit, CancellationToken cancellationToken) =>
        ChangeAsync(
            id,
            key =>
            {
                var changed = edit(KeyDraft.Of(key)).ApplyTo(key);
                Check(changed, expiryIsNew: changed.ExpiresAt != key.ExpiresAt, Now());
                return changed;
            },
            cancellationToken
        );

    /// <summary>Gives the key a new secret; the present one keeps working for the grace period, one still in grace ends at once.</summary>
    /// <exception cref="KeyConflictException">The key is declared elsewhere, revoked or expired.</exception>
    public async Task<IssuedKey?> RotateAsync(string id, TimeSpan grace, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(grace.Ticks, nameof(grace));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(grace, MaxGrace);
        var secret = KeySecret.Create(KeySecret.ApiPrefix, fill);
        var key = await ChangeAsync(id, key => Rotated(key, secret, grace), cancellationToken);
        return key is null ? null : new IssuedKey(key, secret);
    }

    /// <summary>Ends the key for good and keeps it visible. Revoking twice keeps the first time.</summary>
    /// <exception cref="KeyConflictException">The key is declared elsewhere.</exception>
    public Task<ApiKey?> RevokeAsync(string id, CancellationToken cancellationToken) =>
        ChangeAsync(id, key => key with { RevokedAt = key.RevokedAt ?? Now() }, cancellationToken);

    /// <summary>Ends the key and forgets it; the ledger keeps its rows.</summary>
    /// <returns>False when there is no such key.</returns>
    /// <exception cref="KeyConflictException">The key is declared elsewhere.</exception>
    public async Task<bool> DeleteAsync(string id, CancellationToken cancellationToken)
    {
        RefuseDeclared(id);
        var deleted = await store.DeleteAsync(id, cancellationToken);
        await RefreshAsync();
        return deleted;
    }

    private async Task<ApiKey?> ChangeAsync(string id, Func<ApiKey, ApiKey> change, CancellationToken cancellationToken)
    {
        RefuseDeclared(id);
        var changed = await store.UpdateAsync(id, change, cancellationToken);
        await RefreshAsync();
        return changed;
    }

    private ApiKey Rotated(ApiKey key, string secret, TimeSpan grace)
    {
        var now = Now();
        if (key.RevokedAt is not null)
            throw new KeyConflictException($"The key {key.Id} is revoked; create a new key instead.");
        if (key.ExpiresAt <= now)
            throw new KeyConflictException($"The key {key.Id} has expired; set a later expires_at first.");
        return key with
        {
            Hash = KeyHash.Of(secret),
            Prefix = KeySecret.Shown(secret),
            PreviousHash = grace > TimeSpan.Zero ? key.Hash : null,
            PreviousHashExpiresAt = grace > TimeSpan.Zero ? now + grace : null,
        };
    }

    // The change is stored by now, so the caller's cancellation and a failing read must not make it look undone.
    private async Task RefreshAsync()
    {
        try
        {
            await ring.RefreshAsync(CancellationToken.None);
        }
        catch (Exception e)
        {
            log.LogWarning(e, "A key was changed, but the keys could not be read again; the next poll will");
        }
    }

    private static void Check(ApiKey key, bool expiryIsNew, DateTimeOffset now)
    {
        var errors = new KeyErrors();
        KeyRules.Check(key, errors);
        if (expiryIsNew)
            KeyRules.CheckExpiry(key.ExpiresAt, now, errors);
        if (errors.Any)
            throw new InvalidKeyException(errors);
    }

    private ApiKey? FindDeclared(string id) => ring.Declared.FirstOrDefault(key => key.Id == id);

    private void RefuseDeclared(string id)
    {
        if (FindDeclared(id) is { } key)
            throw new KeyConflictException(
                $"The key {id} is declared in {(key.Origin == KeyOrigin.Environment ? "PROMPTGATEWAY_API_KEY" : "the configuration section Keys")}; change it there."
            );
    }

    private string NewId()
    {
        Span<byte> random = stackalloc byte[18];
        fill(random);
        Span<char> digits = stackalloc char[24];
        Base62.Write(random, digits);
        return $"key_{digits}";
    }

    // Whole microseconds, as they are stored, so that a key reads back as it was answered.
    private DateTimeOffset Now()
    {
        var now = time.GetUtcNow();
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
    }
}
