namespace PromptGateway.Simulator.Caching;

/// <summary>Prompt prefixes with a sliding expiry, the least recently used forgotten first. Not thread-safe.</summary>
internal sealed class PrefixTable(int capacity, TimeProvider clock)
{
    private readonly Dictionary<ulong, LinkedListNode<Entry>> _entries = [];
    private readonly LinkedList<Entry> _byUse = new();

    public int Count => _entries.Count;

    /// <summary>Whether the prefix is remembered and alive.</summary>
    public bool Contains(ulong prefix)
    {
        if (!_entries.TryGetValue(prefix, out var node))
            return false;
        if (clock.GetUtcNow() < node.Value.Expires)
            return true;
        _entries.Remove(prefix);
        _byUse.Remove(node);
        return false;
    }

    /// <summary>Remembers the prefix, or renews it for its own time to live if it is there already.</summary>
    public void Touch(ulong prefix, TimeSpan timeToLive)
    {
        if (_entries.TryGetValue(prefix, out var node))
        {
            _byUse.Remove(node);
            var kept = node.Value.TimeToLive > timeToLive ? node.Value.TimeToLive : timeToLive;
            node.Value = new Entry(prefix, kept, clock.GetUtcNow() + kept);
        }
        else
        {
            node = new(new Entry(prefix, timeToLive, clock.GetUtcNow() + timeToLive));
            _entries[prefix] = node;
        }

        _byUse.AddLast(node);
        if (_entries.Count > capacity && _byUse.First is { } oldest)
        {
            _byUse.RemoveFirst();
            _entries.Remove(oldest.Value.Prefix);
        }
    }

    private readonly record struct Entry(ulong Prefix, TimeSpan TimeToLive, DateTimeOffset Expires);
}
