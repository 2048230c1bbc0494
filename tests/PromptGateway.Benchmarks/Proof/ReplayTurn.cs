namespace PromptGateway.Benchmarks.Proof;

/// <summary>One request of a replayed conversation, in tokens.</summary>
/// <param name="Tokens">Sent.</param>
/// <param name="Cached">Of these, read from the provider's cache.</param>
/// <param name="Original">Of the client's own request.</param>
/// <param name="Reread">Of the client's own request, those whose text the provider did not have in its cache: what is sent of them is paid in full.</param>
internal sealed record ReplayTurn(long Tokens, long Cached, long Original, long Reread)
{
    public long Uncached => Tokens - Cached;

    /// <summary>As providers report it.</summary>
    public double LiteralShare => (double)Cached / Tokens;

    /// <summary>How much of the client's text the cache covered.</summary>
    public double Coverage => 1 - ((double)Reread / Original);
}
