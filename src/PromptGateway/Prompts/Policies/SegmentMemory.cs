using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using PromptGateway.Prompts.Map;
using PromptGateway.Prompts.Transforms;

namespace PromptGateway.Prompts.Policies;

/// <summary>
/// Recognises the parts of one prompt that an earlier turn had. A part is the same when it has the same bytes, and all before it that a
/// transform may look at has too: user texts, tool calls, tool results, documents, and whether time ran out for one of them; under the
/// same version of the policy and the same prices of the target. Until a prompt is long enough for the provider's cache,
/// all that makes it longer counts.
/// </summary>
/// <param name="byPosition">Whether the place in the body counts too: what is masked depends on sizes.</param>
internal sealed class SegmentMemory : IDisposable
{
    private readonly SegmentCache _cache;
    private readonly PromptDraft _draft;
    private readonly bool _byPosition;
    private readonly IncrementalHash _passed = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public SegmentMemory(SegmentCache cache, PromptDraft draft, OptimizationPolicy policy, bool byPosition)
    {
        (_cache, _draft, _byPosition) = (cache, draft, byPosition);
        var target = draft.Target;
        var scope = string.Create(
            CultureInfo.InvariantCulture,
            $"{policy.Version}|{draft.Format}|{target.Provider}|{target.Model}|{target.CachedPrice}|{target.NewPrice}|"
        );
        _passed.AppendData(Encoding.UTF8.GetBytes(scope));
    }

    /// <summary>Goes past a part that no transform edits.</summary>
    /// <param name="segment">The part.</param>
    /// <param name="counts">Whether its length decides about later ones.</param>
    public void Pass(in PromptSegment segment, bool counts)
    {
        if (counts || segment.Kind is SegmentKind.User or SegmentKind.ToolCall or SegmentKind.ToolResult or SegmentKind.Document)
            Append(segment);
    }

    /// <summary>Goes past a part that transforms may edit; its key.</summary>
    public UInt128 KeyOf(in PromptSegment segment)
    {
        Append(segment);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        _passed.GetCurrentHash(hash);
        return BinaryPrimitives.ReadUInt128LittleEndian(hash);
    }

    public SegmentResult? Find(UInt128 key)
    {
        var result = _cache.Find(key);
        if (result?.IsLeft == true)
            Leave();
        return result;
    }

    public void Remember(UInt128 key, SegmentResult result)
    {
        _cache.Add(key, result);
        if (result.IsLeft)
            Leave();
    }

    public void Dispose() => _passed.Dispose();

    /// <summary>Later parts cannot refer to a text that nobody looked at.</summary>
    private void Leave() => _passed.AppendData("left"u8);

    private void Append(in PromptSegment segment)
    {
        Span<byte> header = stackalloc byte[13];
        header[0] = (byte)segment.Kind;
        BinaryPrimitives.WriteInt32LittleEndian(header[1..], segment.Length);
        BinaryPrimitives.WriteInt32LittleEndian(header[5..], _byPosition ? segment.Start : 0);
        BinaryPrimitives.WriteInt32LittleEndian(header[9..], _byPosition ? segment.Step : 0);
        _passed.AppendData(header);
        _passed.AppendData(_draft.Body[segment.Start..segment.End]);
    }
}
