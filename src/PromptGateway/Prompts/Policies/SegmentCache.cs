using System.Collections.Concurrent;

namespace PromptGateway.Prompts.Policies;

/// <summary>
/// Remembers what policies made of the parts of prompts, so that the next turn of a conversation gets the same bytes without the work. Two
/// generations: what is asked for moves to the young one; when that is full or old, it becomes the old one, and what was in the old one
/// is forgotten. So a part is kept while its conversation goes on, and at most an hour after. Thread-safe.
/// </summary>
/// <param name="mostBytes">About the most memory that it may take; asked when something is added. 0: nothing is remembered.</param>
internal sealed class SegmentCache(Func<int> mostBytes, TimeProvider time)
{
    /// <summary>Providers keep prompts for minutes; a conversation that pauses longer finds nothing there anyway.</summary>
    private static readonly TimeSpan Oldest = TimeSpan.FromMinutes(30);
    private readonly Lock _gate = new();
    private ConcurrentDictionary<UInt128, SegmentResult> _young = new();
    private ConcurrentDictionary<UInt128, SegmentResult> _old = new();
    private long _bytes;
    private long _born = time.GetTimestamp();

    public int Count => _young.Count + _old.Count;

    public SegmentResult? Find(UInt128 key)
    {
        if (_young.TryGetValue(key, out var result))
            return result;
        if (_old.TryGetValue(key, out result))
            Add(key, result);
        return result;
    }

    /// <summary>What was remembered first stays.</summary>
    public void Add(UInt128 key, SegmentResult result)
    {
        var half = mostBytes() / 2;
        if (result.Size > half || !_young.TryAdd(key, result))
            return;
        if (Interlocked.Add(ref _bytes, result.Size) > half || time.GetElapsedTime(Volatile.Read(ref _born)) > Oldest)
            Turn(half);
    }

    private void Turn(int half)
    {
        lock (_gate)
        {
            if (_bytes <= half && time.GetElapsedTime(_born) <= Oldest)
                return;
            _old = _young;
            _young = new ConcurrentDictionary<UInt128, SegmentResult>();
            Volatile.Write(ref _bytes, 0);
            Volatile.Write(ref _born, time.GetTimestamp());
        }
    }
}
