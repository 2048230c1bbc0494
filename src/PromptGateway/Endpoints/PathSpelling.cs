namespace PromptGateway.Endpoints;

/// <summary>
/// Whether a path means the same to everybody who reads it. Kestrel decodes a path once, all but <c>%2F</c>, and resolves dots before
/// that; what is left of percent signs and dots is decoded and resolved by the HTTP client or the upstream, when it has been decided
/// what the request is and whose object it names.
/// </summary>
internal static class PathSpelling
{
    private const string Slash = "%2F";

    /// <param name="path">As Kestrel gives it.</param>
    public static bool IsPlain(string path)
    {
        if (path.Contains('\\'))
            return false;
        for (var at = path.IndexOf('%'); at >= 0; at = path.IndexOf('%', at + 1))
            if (!path.AsSpan(at).StartsWith(Slash, StringComparison.OrdinalIgnoreCase))
                return false;
        var slashed = path.Replace(Slash, "/", StringComparison.OrdinalIgnoreCase).AsSpan();
        foreach (var range in slashed.Split('/'))
            if (IsDots(slashed[range]))
                return false;
        return true;
    }

    /// <summary>Some servers take what follows a semicolon off before they resolve dots.</summary>
    private static bool IsDots(ReadOnlySpan<char> segment)
    {
        var parameters = segment.IndexOf(';');
        return (parameters < 0 ? segment : segment[..parameters]) is "." or "..";
    }
}
