using Microsoft.Extensions.Primitives;

namespace PromptGateway.Keys;

/// <summary>The secret that a request carries, wherever its SDK puts it.</summary>
internal static class PresentedSecret
{
    private const string Bearer = "Bearer ";

    /// <summary>Empty when there is none. Anthropic's API prefers <c>x-api-key</c> where both are sent, and so does this.</summary>
    public static ReadOnlySpan<char> Of(HttpRequest request) => Of(request, out _);

    /// <param name="header">The header's value that the secret stands in, as the server handed it out; null when it is not known.</param>
    public static ReadOnlySpan<char> Of(HttpRequest request, out string? header)
    {
        var headers = request.Headers;
        header = null;
        if (headers.TryGetValue("x-api-key", out var key) && !StringValues.IsNullOrEmpty(key))
            return Only(key);
        var authorization = headers.Authorization;
        if (Only(authorization).StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
        {
            header = authorization[0]!;
            return header.AsSpan(Bearer.Length).Trim();
        }
        if (headers.TryGetValue("api-key", out key))
            return Only(key);
        return KeySubprotocol.Find(headers.SecWebSocketProtocol);
    }

    /// <summary>A header sent twice is not a key.</summary>
    private static ReadOnlySpan<char> Only(StringValues values) => values.Count == 1 ? values[0] : default;
}
