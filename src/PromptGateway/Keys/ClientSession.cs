using System.Security.Cryptography;
using System.Text;

namespace PromptGateway.Keys;

/// <summary>
/// Which conversation a request belongs to, for what counts by session. Only headers that say "session" are believed: the body's
/// <c>prompt_cache_key</c> names a cache that many conversations may share, and <c>user</c> a person.
/// </summary>
internal static class ClientSession
{
    public const string Header = "X-PromptGateway-Session";

    /// <summary>Characters of a session's id.</summary>
    public const int Longest = 256;

    /// <summary>Ours, then what Claude Code and Codex send by themselves.</summary>
    private static readonly string[] Names = [Header, "X-Claude-Code-Session-Id", "session-id", "session_id"];

    /// <summary>As the client says it; null when it says nothing, or nothing that can be one.</summary>
    public static string? Find(IHeaderDictionary headers)
    {
        foreach (var name in Names)
            if (headers.TryGetValue(name, out var values) && values is [{ Length: > 0 and <= Longest } session])
                return session;
        return null;
    }

    /// <summary>What the ledger knows it by: 32 hex digits of a hash. Sessions of two keys never share one.</summary>
    public static string Pseudonym(string callerId, string session) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{callerId}\n{session}")).AsSpan(0, 16));

    /// <summary>For a request that the gateway makes on behalf of another one.</summary>
    public static void Carry(string? session, IHeaderDictionary to)
    {
        if (session is not null)
            to[Header] = session;
    }
}
