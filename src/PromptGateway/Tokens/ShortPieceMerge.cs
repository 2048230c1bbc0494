using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace PromptGateway.Tokens;

/// <summary>
/// Byte-pair merging by scanning for the lowest rank, a vector at a time: quadratic, but the fastest way for the few
/// bytes of a usual piece.
/// </summary>
internal static class ShortPieceMerge
{
    /// <summary>The longest piece, in bytes, that is merged this way: positions fit 8 bits.</summary>
    public const int MaxBytes = 1 << PositionBits;

    // A pair as one number, rank above position: the least number is the lowest rank and of equals the leftmost.
    private const int PositionBits = 8;
    private const int NoPair = int.MaxValue;

    /// <summary>Merges <paramref name="piece"/> and writes where each token ends; returns how many there are.</summary>
    /// <param name="vocabulary">Ranks of the encoding.</param>
    /// <param name="piece">1 to <see cref="MaxBytes"/> bytes.</param>
    /// <param name="ends">Room for one element per byte of the piece.</param>
    [SkipLocalsInit]
    public static int Merge(Vocabulary vocabulary, ReadOnlySpan<byte> piece, Span<int> ends)
    {
        // A part is known by its first byte. next and previous link the parts; pairs[i] is the part at i joined with
        // the one after it. A part that was merged away keeps its place as NoPair.
        Span<int> next = stackalloc int[MaxBytes];
        Span<int> previous = stackalloc int[MaxBytes + 1];
        Span<int> room = stackalloc int[MaxBytes];
        var pairs = room[..((piece.Length + Vector256<int>.Count - 1) & -Vector256<int>.Count)];
        pairs[(piece.Length - 1)..].Fill(NoPair);
        for (var i = 0; i < piece.Length; i++)
        {
            next[i] = i + 1;
            previous[i] = i - 1;
            if (i + 1 < piece.Length)
                pairs[i] = Pair(vocabulary.PairRank(piece[i], piece[i + 1]), i);
        }

        for (int lowest; (lowest = Lowest(pairs)) != NoPair; )
        {
            var at = lowest & (MaxBytes - 1);
            var absorbed = next[at];
            var after = next[absorbed];
            pairs[absorbed] = NoPair;
            next[at] = after;
            previous[after] = at;
            pairs[at] = after < piece.Length ? Pair(vocabulary.Rank(piece[at..next[after]]), at) : NoPair;
            if (previous[at] is >= 0 and var before)
                pairs[before] = Pair(vocabulary.Rank(piece[before..after]), before);
        }
        return WriteEnds(next[..piece.Length], ends);
    }

    private static int Pair(int rank, int position) => rank == Vocabulary.NoToken ? NoPair : rank << PositionBits | position;

    private static int WriteEnds(ReadOnlySpan<int> next, Span<int> ends)
    {
        var count = 0;
        for (var at = 0; at < next.Length; at = next[at])
            ends[count++] = next[at];
        return count;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Lowest(ReadOnlySpan<int> pairs)
    {
        var groups = MemoryMarshal.Cast<int, Vector256<int>>(pairs);
        var lowest = groups[0];
        for (var i = 1; i < groups.Length; i++)
            lowest = Vector256.Min(lowest, groups[i]);
        var half = Vector128.Min(lowest.GetLower(), lowest.GetUpper());
        half = Vector128.Min(half, Vector128.Shuffle(half, Vector128.Create(2, 3, 0, 1)));
        half = Vector128.Min(half, Vector128.Shuffle(half, Vector128.Create(1, 0, 3, 2)));
        return half.ToScalar();
    }
}
