using System.Security.Cryptography;
using System.Text;

namespace PromptGateway.RateLimits;

/// <summary>Under which name replicas share the counter of a limit.</summary>
internal static class LimitCounterName
{
    /// <summary>The same after a restart and on every replica, and when only the amount changes.</summary>
    /// <param name="scope">Whose limit it is.</param>
    /// <param name="id">Of the key, team, model or upstream.</param>
    /// <param name="limit">The limit.</param>
    public static string Of(LimitScope scope, string id, RateLimit limit)
    {
        var models = (limit.Models ?? []).Select(model => "m " + model.ToLowerInvariant());
        var upstreams = (limit.Upstreams ?? []).Select(upstream => "u " + upstream.ToLowerInvariant());
        string[] parts = [scope.Name(), id, limit.Rule, limit.Kind.Name(), limit.Per ?? "", .. models, .. upstreams];
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', parts)));
        return "limit_" + Convert.ToHexStringLower(hash.AsSpan(0, 12));
    }
}
