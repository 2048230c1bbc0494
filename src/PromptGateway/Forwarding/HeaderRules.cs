using System.Buffers;
using System.Collections.Frozen;

namespace PromptGateway.Forwarding;

/// <summary>Which headers pass, in both directions; one list, explained in <c>docs/guides/headers.md</c>.</summary>
internal static class HeaderRules
{
    /// <summary>Our own headers start with this; they never go upstream.</summary>
    public const string Prefix = "x-promptgateway-";

    /// <summary>Upstream headers about its own limits and ids come back under this prefix, next to the gateway's own.</summary>
    public const string UpstreamPrefix = "x-upstream-";

    /// <summary>The upstream's own id of the request.</summary>
    public const string RequestId = UpstreamPrefix + "request-id";

    private static readonly string[] HopByHop =
    [
        "Connection",
        "Keep-Alive",
        "Proxy-Connection",
        "Proxy-Authenticate",
        "Proxy-Authorization",
        "TE",
        "Trailer",
        "Transfer-Encoding",
        "Upgrade",
        "HTTP2-Settings",
        "Upgrade-Insecure-Requests",
    ];

    /// <summary>Never sent upstream: credentials of the caller, its address, and what the gateway has already dealt with.</summary>
    private static readonly FrozenSet<string> NotUpstream = HopByHop
        .Concat([
            "Host",
            "Authorization",
            "x-api-key",
            "api-key",
            "x-goog-api-key",
            "Cookie",
            "Accept-Encoding",
            "Expect",
            // A compressed WebSocket could not be read along with, so compression is never negotiated.
            "Sec-WebSocket-Extensions",
            "Forwarded",
            "X-Forwarded-For",
            "X-Forwarded-Host",
            "X-Forwarded-Proto",
            "X-Forwarded-Prefix",
            "X-Forwarded-Port",
            "X-Real-IP",
            "X-Original-Host",
            "Via",
            "x-request-id",
            "Origin",
            "Referer",
        ])
        .ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Never sent to the client: cookies and credentials of an account that is not its own, and properties of the other connection.</summary>
    private static readonly FrozenSet<string> NotDownstream = HopByHop
        .Concat(["Set-Cookie", "Server", "Authorization", "x-api-key", "api-key", "Alt-Svc", "Strict-Transport-Security", "Via"])
        .ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>All but the tabulator.</summary>
    private static readonly SearchValues<char> Control = SearchValues.Create([
        .. Enumerable.Range(0, ' ').Append(127).Where(c => c != '\t').Select(c => (char)c),
    ]);

    private static readonly FrozenSet<string> Renamed = new[] { "x-request-id", "request-id" }.ToFrozenSet(
        StringComparer.OrdinalIgnoreCase
    );

    /// <summary>The names of limits that the providers are known to send, and what they are called below, so as not to be joined each time.</summary>
    private static readonly FrozenDictionary<string, string> KnownLimits = new[] { "limit", "remaining", "reset" }
        .SelectMany(word =>
            new[] { "requests", "tokens", "input-tokens", "output-tokens" }.SelectMany(unit =>
                new[] { $"x-ratelimit-{word}-{unit}", $"anthropic-ratelimit-{unit}-{word}" }
            )
        )
        .ToFrozenDictionary(name => name, RenamedLimit, StringComparer.OrdinalIgnoreCase);

    /// <summary>What <see cref="HttpContent.Headers"/> takes and a request's own headers do not.</summary>
    private static readonly FrozenSet<string> OfContent = new[]
    {
        "Allow",
        "Content-Disposition",
        "Content-Encoding",
        "Content-Language",
        "Content-Length",
        "Content-Location",
        "Content-MD5",
        "Content-Range",
        "Content-Type",
        "Expires",
        "Last-Modified",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    public static bool IsOfContent(string name) => OfContent.Contains(name);

    public static bool GoesUpstream(string name) =>
        !NotUpstream.Contains(name)
        && !name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)
        && !name.StartsWith("cf-", StringComparison.OrdinalIgnoreCase)
        && name[0] != ':';

    /// <summary>Kestrel refuses control characters, and with them the whole answer.</summary>
    public static bool CanBeWritten(string value) => !value.AsSpan().ContainsAny(Control);

    public static bool GoesDownstream(string name) => !NotDownstream.Contains(name);

    /// <summary>
    /// Ids and limits of the gateway's account come back renamed, since the client has ids and limits of its own here; in pass-through
    /// mode the limits are the client's, and keep their names.
    /// </summary>
    public static string Downstream(string name, bool passThrough)
    {
        if (Renamed.Contains(name))
            return RequestId;
        if (passThrough)
            return name;
        return KnownLimits.TryGetValue(name, out var known) ? known : RenamedLimit(name);
    }

    private static string RenamedLimit(string name)
    {
        if (name.StartsWith("x-ratelimit-", StringComparison.OrdinalIgnoreCase))
            return UpstreamPrefix + name[2..];
        return name.StartsWith("anthropic-ratelimit-", StringComparison.OrdinalIgnoreCase) ? UpstreamPrefix + name : name;
    }
}
