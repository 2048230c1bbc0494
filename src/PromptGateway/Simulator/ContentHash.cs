using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace PromptGateway.Simulator;

/// <summary>64-bit hashes that are the same in every process, so that the same request always gets the same answer.</summary>
internal static class ContentHash
{
    public static ulong Of(ReadOnlySpan<char> text)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(MemoryMarshal.AsBytes(text), digest);
        return BinaryPrimitives.ReadUInt64LittleEndian(digest);
    }

    /// <summary>The hash of a sequence, given the hash of what came before (order matters).</summary>
    public static ulong Combine(ulong before, ulong next) => Mix(before ^ Mix(next + 0x9E3779B97F4A7C15));

    /// <summary>SplitMix64's finalizer: every input bit changes about half of the output bits.</summary>
    public static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
