using System.Diagnostics.CodeAnalysis;

namespace PromptGateway.Simulator.Storage;

/// <summary>Named items in memory, bounded by their bytes: the oldest are forgotten first. Thread-safe.</summary>
internal sealed class RecentItems<T>(long maxBytes)
    where T : class
{
    private readonly Lock _gate = new();
    private readonly OrderedDictionary<string, (T Item, long Bytes)> _items = [];
    private long _bytes;

    public void Add(string id, T item, long bytes)
    {
        lock (_gate)
        {
            _items[id] = (item, bytes);
            _bytes += bytes;
            while (_bytes > maxBytes && _items.Count > 1)
            {
                _bytes -= _items.GetAt(0).Value.Bytes;
                _items.RemoveAt(0);
            }
        }
    }

    public bool TryGet(string id, [NotNullWhen(true)] out T? item)
    {
        lock (_gate)
        {
            var found = _items.TryGetValue(id, out var entry);
            item = entry.Item;
            return found;
        }
    }

    public bool Remove(string id)
    {
        lock (_gate)
        {
            if (!_items.Remove(id, out var entry))
                return false;
            _bytes -= entry.Bytes;
            return true;
        }
    }

    /// <summary>All items, the newest first.</summary>
    public T[] Newest()
    {
        lock (_gate)
            return [.. _items.Values.Reverse().Select(entry => entry.Item)];
    }
}
