namespace PromptGateway.Keys;

/// <summary>
/// What a connection presented last, with its hash. Clients keep their connection and their key, and Kestrel hands out the same string
/// as long as a header does not change: so most requests need no SHA-256, which costs a fiftieth of a small request. Compared by
/// reference, so that nothing can be learned about the value; whether the key is still good is asked anew each time.
/// </summary>
internal sealed class SeenSecret
{
    private volatile Entry? _last;

    public bool TryGet(string header, out KeyHash hash)
    {
        var last = _last;
        var same = last is not null && ReferenceEquals(last.Header, header);
        hash = same ? last!.Hash : default;
        return same;
    }

    /// <summary>Requests of one HTTP/2 connection may come at once; the last one counts.</summary>
    public void Keep(string header, in KeyHash hash) => _last = new Entry(header, hash);

    private sealed record Entry(string Header, KeyHash Hash)
    {
        public override string ToString() => nameof(SeenSecret);
    }
}
