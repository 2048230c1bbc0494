namespace PromptGateway.Keys;

/// <summary>One secret of a key, prepared so that a request only has to compare a time.</summary>
/// <param name="caller">Handed to each request as it is.</param>
/// <param name="validUntil">UTC ticks; <see cref="long.MaxValue"/> when it does not end, 0 when it has ended.</param>
/// <param name="afterwards">What the secret is from then on.</param>
internal sealed class KeyEntry(Caller caller, long validUntil, KeyStatus afterwards)
{
    public Caller Caller => caller;

    public ApiKeyLookup Lookup(TimeProvider time) =>
        validUntil == long.MaxValue || (validUntil != 0 && time.GetUtcNow().UtcTicks < validUntil)
            ? new ApiKeyLookup(KeyStatus.Found, caller)
            : new ApiKeyLookup(afterwards, caller);
}
