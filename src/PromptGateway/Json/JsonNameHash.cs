using System.Buffers.Binary;
using System.Security.Cryptography;

namespace PromptGateway.Json;

/// <summary>
/// Hash of a member name, for lookups inside this process only. Seeded with a secret, so that nobody can prepare a document whose names
/// all collide.
/// </summary>
internal static class JsonNameHash
{
    private static readonly ulong Seed = BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(sizeof(ulong))) | 1;

    public static uint Compute(ReadOnlySpan<byte> name)
    {
        var seed = Seed;
        var hash = seed ^ (ulong)name.Length;
        while (name.Length >= sizeof(ulong))
        {
            hash = Mix(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(name), seed);
            name = name[sizeof(ulong)..];
        }
        var rest = 0UL;
        foreach (var unit in name)
            rest = (rest << 8) | unit;
        hash = Mix(hash ^ rest, seed);
        return (uint)(hash ^ (hash >> 32));
    }

    private static ulong Mix(ulong value, ulong seed)
    {
        var high = Math.BigMul(value, seed, out var low);
        return high ^ low;
    }
}
