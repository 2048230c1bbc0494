using System.Security.Cryptography;
using PromptGateway.Prompts.Map;

namespace PromptGateway.Prompts.Transforms;

/// <summary>
/// OpenAI routes requests with the same <c>prompt_cache_key</c> to where their prefix is cached. The key is a hash of the model, the tools,
/// the instructions and the first message of the user, so all requests of a conversation have the same.
/// </summary>
internal static class CacheKey
{
    /// <summary>OpenAI caches from 1,024 tokens on; a token is seldom shorter than this many bytes.</summary>
    private const int Smallest = 1024 * 3;

    public static string? Edit(PromptDraft draft)
    {
        // Others refuse members that they do not know.
        if (!"openai".Equals(draft.Target.Provider, StringComparison.OrdinalIgnoreCase))
            return SkipReason.NotThisTarget;
        if (!draft.Map.CacheKey.IsAbsent)
            return SkipReason.HasHints;
        if (draft.Body.Length < Smallest)
            return SkipReason.TooShort;
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        Hash(draft, hash);
        draft.Insert(
            draft.Map.FirstMember,
            System.Text.Encoding.ASCII.GetBytes($"\"prompt_cache_key\":\"pg-{Convert.ToHexStringLower(hash[..8])}\",")
        );
        return null;
    }

    private static void Hash(PromptDraft draft, Span<byte> hash)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(sha, draft, draft.Map.Model);
        Append(sha, draft, draft.Map.Tools);
        Append(sha, draft, draft.Map.System);
        foreach (ref readonly var message in draft.Map.Messages)
        {
            Append(sha, draft, new ByteRange(message.Start, message.End));
            if (message.Kind == SegmentKind.User)
                break;
        }
        sha.GetHashAndReset(hash);
    }

    private static void Append(IncrementalHash hash, PromptDraft draft, ByteRange range)
    {
        hash.AppendData(draft.Body[Math.Max(0, range.Start)..Math.Max(0, range.End)]);
        hash.AppendData([0]);
    }
}
