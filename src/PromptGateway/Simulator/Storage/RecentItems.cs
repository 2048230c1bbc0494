using System.Diagnostics.CodeAnalysis;

namespace PromptGateway.Simulator.Storage;

/// <summary>Named items in memory, bounded by their bytes: the oldest are forgotten first. Thread-safe.</summary>
internal sealed class RecentItems<T>(long maxBytes)
    where T : class
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, LinkedListNode<Entry>> _items = [];

    /// <summary>The oldest first.</summary>
    private readonly LinkedList<Entry> _order = [];
    private long _bytes;

    private sealed record Entry(string Id, T Item, long Bytes);

    /// <summary>A known id gets the new item and counts as new.</summary>
    public void Add(string id, T item, long bytes)
    {
        lock (_gate)
        {
            Drop(id);
            _items[id] = _order.AddLast(new Entry(id, item, bytes));
            _bytes += bytes;
            while (_bytes > maxBytes && _items.Count > 1)
                Drop(_order.First!.Value.Id);
        }
    }

    public bool TryGet(string id, [NotNullWhen(true)] out T? item)
    {
        lock (_gate)
        {
            var found = _items.TryGetValue(id, out var node);
            item = node?.Value.Item;
            return found;
        }
    }

    public bool Remove(string id)
    {
        lock (_gate)
            return Drop(id);
    }

    /// <summary>All items, the newest first.</summary>
    public T[] Newest()
    {
        lock (_gate)
            return [.. _order.Reverse().Select(entry => entry.Item)];
    }

    private bool Drop(string id)
    {
        if (!_items.Remove(id, out var node))
            return false;
        _order.Remove(node);
        _bytes -= node.Value.Bytes;
        return true;
    }
}
