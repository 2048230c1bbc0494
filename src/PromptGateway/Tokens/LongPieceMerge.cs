using System.Buffers;

namespace PromptGateway.Tokens;

/// <summary>
/// Byte-pair merging with a linked list of parts and a heap of pairs: O(n log n), so that a megabyte of one letter is
/// no way to stop the gateway. Holds 28 bytes of pooled memory per byte of the piece while it runs.
/// </summary>
internal ref struct LongPieceMerge
{
    private readonly Vocabulary vocabulary;
    private readonly ReadOnlySpan<byte> piece;
    private readonly Span<int> next;
    private readonly Span<int> previous;
    private readonly Span<int> ranks;
    private PairHeap heap;

    private LongPieceMerge(Vocabulary vocabulary, ReadOnlySpan<byte> piece, Span<int> links, Span<ulong> pairs)
    {
        this.vocabulary = vocabulary;
        this.piece = piece;
        next = links[..piece.Length];
        previous = links.Slice(piece.Length, piece.Length);
        ranks = links.Slice(2 * piece.Length, piece.Length);
        heap = new PairHeap(pairs);
    }

    /// <summary>Merges <paramref name="piece"/> and writes where each token ends; returns how many there are.</summary>
    public static int Merge(Vocabulary vocabulary, ReadOnlySpan<byte> piece, Span<int> ends)
    {
        var links = ArrayPool<int>.Shared.Rent(3 * piece.Length);
        // One pair per byte at first; each merge takes one out and puts at most two in.
        var pairs = ArrayPool<ulong>.Shared.Rent(2 * piece.Length);
        try
        {
            var merge = new LongPieceMerge(vocabulary, piece, links, pairs);
            merge.Start();
            merge.Run();
            return merge.WriteEnds(ends);
        }
        finally
        {
            ArrayPool<int>.Shared.Return(links);
            ArrayPool<ulong>.Shared.Return(pairs);
        }
    }

    private void Start()
    {
        for (var i = 0; i < piece.Length; i++)
        {
            next[i] = i + 1;
            previous[i] = i - 1;
        }
        for (var i = 0; i < piece.Length; i++)
            Rank(i);
    }

    private void Run()
    {
        while (heap.TryPop(out var rank, out var at))
        {
            // A pair that was merged with a neighbour meanwhile is still in the heap, with a rank that is no longer its own.
            if (ranks[at] != rank)
                continue;
            var absorbed = next[at];
            ranks[absorbed] = Vocabulary.NoToken;
            var after = next[absorbed];
            next[at] = after;
            if (after < piece.Length)
                previous[after] = at;
            Rank(at);
            if (previous[at] >= 0)
                Rank(previous[at]);
        }
    }

    /// <summary>Looks up the pair that starts at <paramref name="at"/> and puts it in the heap if it is a token.</summary>
    private void Rank(int at)
    {
        var second = next[at];
        ranks[at] = second < piece.Length ? vocabulary.Rank(piece[at..next[second]]) : Vocabulary.NoToken;
        if (ranks[at] != Vocabulary.NoToken)
            heap.Push(ranks[at], at);
    }

    private readonly int WriteEnds(Span<int> ends)
    {
        var count = 0;
        for (var at = 0; at < piece.Length; at = next[at])
            ends[count++] = next[at];
        return count;
    }
}
