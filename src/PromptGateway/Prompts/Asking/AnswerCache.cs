namespace PromptGateway.Prompts.Asking;

/// <summary>
/// Answers by the hash of what was asked, at most so many bytes of them, the least recently used go first; each for an hour after its last
/// use, as long as provider prompt caches live. A question that is being asked is there too, so that it is asked once. Thread-safe.
/// </summary>
internal sealed class AnswerCache(Func<int> mostBytes, TimeProvider time)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    /// <summary>An upstream that is down is not asked with every request; a text whose question failed stays as it is meanwhile.</summary>
    private static readonly TimeSpan PassingLifetime = TimeSpan.FromMinutes(1);
    private readonly Lock _gate = new();
    private readonly Dictionary<string, LinkedListNode<Entry>> _entries = new(StringComparer.Ordinal);
    private readonly LinkedList<Entry> _byUse = [];
    private long _bytes;

    /// <returns>Null when it is not there.</returns>
    public Task<ModelAnswer>? Find(string key)
    {
        lock (_gate)
            return FindNode(key)?.Value.Answer;
    }

    /// <summary>The answer that is there or on its way, else the one that <paramref name="ask"/> starts.</summary>
    /// <param name="key">Of the question.</param>
    /// <param name="ask">Must come back soon, with a task that never fails.</param>
    /// <param name="isNew">Whether it was started.</param>
    public Task<ModelAnswer> FindOrAsk(string key, Func<Task<ModelAnswer>> ask, out bool isNew)
    {
        lock (_gate)
        {
            isNew = false;
            if (FindNode(key) is { } known)
                return known.Value.Answer;
            isNew = true;
            var entry = new Entry(key, ask(), time.GetUtcNow());
            _entries[key] = _byUse.AddFirst(entry);
            _ = WeighAsync(entry);
            return entry.Answer;
        }
    }

    private LinkedListNode<Entry>? FindNode(string key)
    {
        if (!_entries.TryGetValue(key, out var node))
            return null;
        var now = time.GetUtcNow();
        if (node.Value.Answer is { IsCompletedSuccessfully: true } done)
        {
            if (now - node.Value.UsedAt > (done.Result.IsPassing ? PassingLifetime : Lifetime))
            {
                Drop(node);
                return null;
            }
            if (!done.Result.IsPassing)
                node.Value.UsedAt = now;
        }
        _byUse.Remove(node);
        _byUse.AddFirst(node);
        return node;
    }

    private async Task WeighAsync(Entry entry)
    {
        var answer = await entry.Answer;
        lock (_gate)
        {
            if (!_entries.TryGetValue(entry.Key, out var node) || node.Value != entry)
                return;
            entry.Bytes = answer.Bytes;
            _bytes += entry.Bytes;
            for (var last = _byUse.Last; last is not null && _bytes > mostBytes(); )
            {
                var before = last.Previous;
                if (last.Value.Answer.IsCompleted)
                    Drop(last);
                last = before;
            }
        }
    }

    private void Drop(LinkedListNode<Entry> node)
    {
        _bytes -= node.Value.Bytes;
        _byUse.Remove(node);
        _entries.Remove(node.Value.Key);
    }

    private sealed class Entry(string key, Task<ModelAnswer> answer, DateTimeOffset usedAt)
    {
        public string Key => key;
        public Task<ModelAnswer> Answer => answer;
        public DateTimeOffset UsedAt { get; set; } = usedAt;
        public int Bytes { get; set; }
    }
}
