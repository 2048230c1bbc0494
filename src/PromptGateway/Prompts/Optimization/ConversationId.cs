using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using PromptGateway.Prompts.Map;

namespace PromptGateway.Prompts.Optimization;

/// <summary>
/// Who a conversation is, turn after turn: the SHA-256 of the caller's key id, the system and developer texts before the first user
/// message, and that message. Two conversations that begin with the same words under one key are one for an experiment.
/// </summary>
internal readonly struct ConversationId
{
    private const int NameBytes = 8;
    private const double Range = 1.0 / (1UL << 53);
    private readonly byte[] _hash;

    private ConversationId(byte[] hash) => _hash = hash;

    /// <summary>For the ledger: 16 hex digits.</summary>
    public string Name => Convert.ToHexStringLower(_hash.AsSpan(0, NameBytes));

    /// <param name="body">The request.</param>
    /// <param name="map">Its map.</param>
    /// <param name="keyId">Of the caller.</param>
    public static ConversationId Of(ReadOnlySpan<byte> body, PromptMap map, string keyId)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(keyId));
        var first = FirstUserMessage(map);
        Span<byte> header = stackalloc byte[5];
        foreach (ref readonly var segment in map.Segments)
        {
            var opens = segment.Kind is SegmentKind.System or SegmentKind.Developer && segment.Message < first;
            if (!segment.IsText || !(opens || (segment.Kind == SegmentKind.User && segment.Message == first)))
                continue;
            header[0] = (byte)segment.Kind;
            BinaryPrimitives.WriteInt32LittleEndian(header[1..], segment.Length);
            hash.AppendData(header);
            hash.AppendData(body[segment.Start..segment.End]);
        }
        return new ConversationId(hash.GetHashAndReset());
    }

    /// <summary>Whether the conversation is in the control arm: always the same answer for a policy and a share.</summary>
    public bool IsControl(string policy, double controlShare)
    {
        Span<byte> drawn = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData([.. _hash, .. Encoding.UTF8.GetBytes(policy)], drawn);
        return (BinaryPrimitives.ReadUInt64LittleEndian(drawn) >> 11) * Range < controlShare;
    }

    private static int FirstUserMessage(PromptMap map)
    {
        foreach (ref readonly var segment in map.Segments)
            if (segment.Kind == SegmentKind.User)
                return segment.Message;
        return int.MaxValue;
    }
}
