using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace PromptGateway.Tokens;

/// <summary>
/// All tokens of one encoding: their bytes in one array and an open-addressing hash table of packed slots.
/// Immutable and safe for any number of threads. A rank is both a token's id and its merge priority (lower first).
/// </summary>
internal sealed class Vocabulary
{
    /// <summary>What a rank is when the bytes are no token; larger than every real rank.</summary>
    public const int NoToken = int.MaxValue;

    /// <summary>The most tokens that a slot's rank field can number (one value is kept for "empty").</summary>
    public const int MaxTokens = (1 << RankBits) - 1;

    // A slot, high to low: 17 bits of hash, 8 of length, 21 of offset, 18 of rank + 1. One load tells apart
    // nearly every miss, and a hit needs no further table to find the bytes to compare. Zero is an empty slot.
    private const int RankBits = 18;
    private const int OffsetBits = 21;
    private const int LengthShift = RankBits + OffsetBits;
    private const int TagShift = LengthShift + 8;
    private const int TagBits = 64 - TagShift;

    private readonly byte[] bytes;
    private readonly int[] offsets;
    private readonly ulong[] slots;
    private readonly int shift;

    // Merging a piece starts from all its pairs of bytes, so these go without hashing.
    private readonly int[] pairs = new int[1 << 16];

    /// <param name="bytes">The tokens' bytes in rank order.</param>
    /// <param name="offsets">Where each token starts, and the end: one element more than there are tokens.</param>
    public Vocabulary(byte[] bytes, int[] offsets)
    {
        if (offsets.Length - 1 > MaxTokens || bytes.Length >= 1 << OffsetBits)
            throw new InvalidDataException($"A vocabulary holds at most {MaxTokens} tokens and {(1 << OffsetBits) - 1} bytes.");
        this.bytes = bytes;
        this.offsets = offsets;
        // Between 25 and 50 percent full: short probe chains matter more than the last megabyte.
        var size = BitOperations.RoundUpToPowerOf2((uint)(2 * Count));
        slots = new ulong[size];
        shift = 64 - BitOperations.Log2(size);
        Array.Fill(pairs, NoToken);
        for (var rank = 0; rank < Count; rank++)
        {
            Insert(rank);
            if (Bytes(rank) is [var first, var second])
                pairs[first << 8 | second] = rank;
        }
    }

    /// <summary>How many tokens there are; ranks run from 0 to one less.</summary>
    public int Count => offsets.Length - 1;

    /// <summary>Bytes that this vocabulary keeps in memory.</summary>
    public long ResidentBytes =>
        bytes.Length + (sizeof(int) * (long)(offsets.Length + pairs.Length)) + (sizeof(ulong) * (long)slots.Length);

    /// <summary>The bytes of the token with that rank, which must be below <see cref="Count"/>.</summary>
    public ReadOnlySpan<byte> Bytes(int rank) => bytes.AsSpan(offsets[rank]..offsets[rank + 1]);

    /// <summary>The rank of the token that is exactly these bytes, or <see cref="NoToken"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Rank(ReadOnlySpan<byte> token) =>
        (uint)(token.Length - 1) < RankFile.MaxTokenBytes ? Probe(ref MemoryMarshal.GetReference(token), token.Length) : NoToken;

    /// <summary>The same for a token of two bytes.</summary>
    public int PairRank(byte first, byte second) => pairs[first << 8 | second];

    private int Probe(ref byte token, int length)
    {
        var hash = Hash(ref token, length);
        var wanted = TagAndLength(hash, length);
        ref var first = ref MemoryMarshal.GetArrayDataReference(slots);
        var mask = slots.Length - 1;
        for (var i = (int)(hash >> shift); ; i = (i + 1) & mask)
        {
            var slot = Unsafe.Add(ref first, i);
            if (slot == 0)
                return NoToken;
            if (slot >> LengthShift == wanted && Same(ref token, (int)(slot >> RankBits) & ((1 << OffsetBits) - 1), length))
                return (int)(slot & ((1 << RankBits) - 1)) - 1;
        }
    }

    private void Insert(int rank)
    {
        var length = offsets[rank + 1] - offsets[rank];
        var hash = Hash(ref bytes[offsets[rank]], length);
        var i = (int)(hash >> shift);
        while (slots[i] != 0)
            i = (i + 1) & (slots.Length - 1);
        slots[i] = (TagAndLength(hash, length) << LengthShift) | ((ulong)offsets[rank] << RankBits) | (uint)(rank + 1);
    }

    private bool Same(ref byte token, int offset, int length)
    {
        ref var stored = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(bytes), offset);
        return length <= 8
            ? ShortKey(ref token, length) == ShortKey(ref stored, length)
            : MemoryMarshal.CreateReadOnlySpan(ref token, length).SequenceEqual(MemoryMarshal.CreateReadOnlySpan(ref stored, length));
    }

    // The slot index takes the hash's high bits, so the tag takes lower (still well mixed) ones.
    private static ulong TagAndLength(ulong hash, int length) => ((hash >> 24) & ((1 << TagBits) - 1)) << 8 | (uint)length;

    private static ulong Hash(ref byte token, int length)
    {
        ulong key;
        if (length <= 8)
        {
            key = ShortKey(ref token, length);
        }
        else
        {
            key = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref token, length - 8));
            for (var i = 0; i < length - 8; i += 8)
                key = Mix(key ^ Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref token, i)));
        }
        return Mix(key + (ulong)length);
    }

    private static ulong Mix(ulong key)
    {
        var high = Math.BigMul(key ^ 0x9E3779B97F4A7C15, 0xD6E8FEB86659FD93, out var low);
        return high ^ low;
    }

    /// <summary>Up to 8 bytes as one number; for a given length, different bytes give different numbers.</summary>
    private static ulong ShortKey(ref byte token, int length)
    {
        if (length >= 4)
        {
            ulong head = Unsafe.ReadUnaligned<uint>(ref token);
            return head << 32 | Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref token, length - 4));
        }
        return token | (uint)Unsafe.Add(ref token, length >> 1) << 8 | (uint)Unsafe.Add(ref token, length - 1) << 16;
    }
}
