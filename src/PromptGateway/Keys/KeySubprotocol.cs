using Microsoft.Extensions.Primitives;

namespace PromptGateway.Keys;

/// <summary>
/// Browsers cannot set headers on a WebSocket, so OpenAI's realtime clients send the key among the subprotocols that they offer:
/// <c>realtime, openai-insecure-api-key.KEY</c>.
/// </summary>
internal static class KeySubprotocol
{
    private const string Prefix = "openai-insecure-api-key.";

    /// <summary>The key, empty when none is offered.</summary>
    public static ReadOnlySpan<char> Find(StringValues offered)
    {
        foreach (var protocol in offered.ToString().Split(',', StringSplitOptions.TrimEntries))
            if (protocol.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
                return protocol.AsSpan(Prefix.Length);
        return default;
    }

    /// <summary>The other subprotocols in their order: what an upstream may see. Empty when there are none.</summary>
    public static StringValues Without(StringValues offered)
    {
        var all = offered.ToString();
        return all.Contains(Prefix, StringComparison.OrdinalIgnoreCase)
            ? string.Join(
                ", ",
                all.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                    .Where(protocol => !protocol.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
            )
            : offered;
    }
}
