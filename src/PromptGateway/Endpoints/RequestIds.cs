using System.Security.Cryptography;

namespace PromptGateway.Endpoints;

/// <summary>
/// Ids of requests: <c>req_</c>, eight random characters of this process, and a counter. Unique among replicas, ordered within one,
/// and cheaper than a GUID.
/// </summary>
internal sealed class RequestIds
{
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
    private readonly string _prefix = "req_" + RandomNumberGenerator.GetString(Alphabet, 8);
    private long _counter;

    public string Next() => string.Create(_prefix.Length + 9, (_prefix, Interlocked.Increment(ref _counter)), Write);

    private static void Write(Span<char> id, (string Prefix, long Counter) state)
    {
        state.Prefix.CopyTo(id);
        var n = state.Counter;
        for (var i = id.Length - 1; i >= state.Prefix.Length; i--, n >>= 5)
            id[i] = Alphabet[(int)(n & 31)];
    }

    /// <summary>True for an id that a client may choose: up to 128 letters, digits, <c>-</c>, <c>_</c>, <c>.</c> and <c>:</c>.</summary>
    public static bool IsSane(ReadOnlySpan<char> id) => id.Length is > 0 and <= 128 && !id.ContainsAnyExcept(Sane);

    private static readonly System.Buffers.SearchValues<char> Sane = System.Buffers.SearchValues.Create(
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_.:"
    );
}
