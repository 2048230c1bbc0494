using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace PromptGateway.Json;

/// <summary>
/// Gives the offsets of the brackets, braces and commas of a JSON text that lie outside strings, 64 bytes at a time: one bit per byte, and
/// the bytes inside strings are those with an odd number of quotes before them. Checks nothing.
/// </summary>
internal ref struct JsonStructureReader(ReadOnlySpan<byte> json)
{
    private const int BlockSize = 64;
    private const byte OpenBits = (byte)'{';
    private const byte CloseBits = (byte)'}';

    /// <summary>Sets the bit that tells brackets from braces: '[' becomes '{' and ']' becomes '}'. No comma or quote is affected.</summary>
    private const byte BraceBit = 0x20;

    private readonly ReadOnlySpan<byte> _json = json;
    private int _block = -BlockSize;
    private ulong _found;
    private ulong _inString;
    private bool _endsInBackslash;

    /// <summary>The offset of the next one, or false at the end.</summary>
    public bool TryNext(out int offset)
    {
        while (_found == 0)
        {
            _block += BlockSize;
            if (_block >= _json.Length)
            {
                offset = _json.Length;
                return false;
            }
            ReadBlock();
        }
        offset = _block + BitOperations.TrailingZeroCount(_found);
        _found &= _found - 1;
        return true;
    }

    private void ReadBlock()
    {
        var rest = _json[_block..];
        if (rest.Length >= BlockSize)
        {
            ReadBlock(ref MemoryMarshal.GetReference(rest));
            return;
        }
        Span<byte> padded = stackalloc byte[BlockSize];
        padded.Clear();
        rest.CopyTo(padded);
        ReadBlock(ref MemoryMarshal.GetReference(padded));
    }

    private void ReadBlock(ref byte origin)
    {
        var low = Vector256.LoadUnsafe(ref origin);
        var high = Vector256.LoadUnsafe(ref origin, (nuint)Vector256<byte>.Count);
        var quotes = Join(IsByte(low, (byte)'"'), IsByte(high, (byte)'"'));
        var backslashes = Join(IsByte(low, (byte)'\\'), IsByte(high, (byte)'\\'));
        if (backslashes != 0 || _endsInBackslash)
            quotes &= ~Escaped(backslashes);
        var inString = PrefixXor(quotes) ^ _inString;
        _inString = (ulong)((long)inString >> (BlockSize - 1));
        _found = Join(IsStructure(low), IsStructure(high)) & ~inString;
    }

    private static Vector256<byte> IsByte(Vector256<byte> block, byte value) => Vector256.Equals(block, Vector256.Create(value));

    private static Vector256<byte> IsStructure(Vector256<byte> block)
    {
        var braces = block | Vector256.Create(BraceBit);
        return IsByte(braces, OpenBits) | IsByte(braces, CloseBits) | IsByte(block, (byte)',');
    }

    private static ulong Join(Vector256<byte> low, Vector256<byte> high) =>
        low.ExtractMostSignificantBits() | ((ulong)high.ExtractMostSignificantBits() << Vector256<byte>.Count);

    /// <summary>The bytes behind a backslash that is not itself escaped.</summary>
    private ulong Escaped(ulong backslashes)
    {
        var escaped = _endsInBackslash ? 1UL : 0;
        _endsInBackslash = false;
        backslashes &= ~escaped;
        while (backslashes != 0)
        {
            var bit = backslashes & (~backslashes + 1);
            escaped |= bit << 1;
            _endsInBackslash = bit == 1UL << (BlockSize - 1);
            backslashes &= ~(bit | (bit << 1));
        }
        return escaped;
    }

    /// <summary>Each bit becomes the parity of itself and all bits below it.</summary>
    private static ulong PrefixXor(ulong bits)
    {
        for (var shift = 1; shift < BlockSize; shift *= 2)
            bits ^= bits << shift;
        return bits;
    }
}
