namespace PromptGateway.Keys;

/// <summary>What the limits of a key may look like.</summary>
internal static class LimitRules
{
    private const int MaxLimits = 50;
    private const long MaxAmount = 1_000_000_000_000;
    public const int MaxQueueMs = 600_000;
    public const int MaxQueueLength = 10_000;
    private static readonly string[] Windows = ["second", "minute", "hour", "day"];

    public static void Check(IReadOnlyList<LimitSpec> limits, KeyErrors errors)
    {
        errors.Require(limits.Count <= MaxLimits, "limits", $"has {limits.Count} entries; at most {MaxLimits} are allowed");
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < limits.Count; i++)
            if (limits[i] is null)
                errors.Add($"limits[{i}]", "must not be null");
            else
                Check($"limits[{i}]", limits[i], seen, errors);
    }

    private static void Check(string field, LimitSpec limit, HashSet<string> seen, KeyErrors errors)
    {
        long?[] amounts = [limit.Requests, limit.Tokens, limit.Concurrent];
        errors.Require(amounts.Count(a => a is not null) == 1, field, "must have exactly one of requests, tokens and concurrent");
        errors.Require(
            amounts.All(a => a is null or (> 0 and <= MaxAmount)),
            field,
            $"must have an amount from 1 to {MaxAmount} (to let nothing through, revoke the key)"
        );
        if (limit.Concurrent is null)
            errors.Require(
                limit.Per is not null && Windows.Contains(limit.Per, StringComparer.Ordinal),
                $"{field}.per",
                $"must be one of {string.Join(", ", Windows)}"
            );
        else
            errors.Require(limit.Per is null, $"{field}.per", "must be absent: concurrent requests have no window");
        KeyRules.Models($"{field}.models", limit.Models ?? [], errors);
        KeyRules.Models($"{field}.upstreams", limit.Upstreams ?? [], errors);
        errors.Require(limit.QueueMs is null or (>= 0 and <= MaxQueueMs), $"{field}.queue_ms", $"must be from 0 to {MaxQueueMs}");
        errors.Require(
            limit.QueueLength is null or (> 0 and <= MaxQueueLength),
            $"{field}.queue_length",
            $"must be from 1 to {MaxQueueLength}"
        );
        errors.Require(seen.Add(Signature(limit)), field, "repeats the kind, window, models and upstreams of another limit");
    }

    private static string Signature(LimitSpec limit) =>
        $"{(limit.Requests is not null ? "requests" : limit.Tokens is not null ? "tokens" : "concurrent")} {limit.Per} "
        + string.Join(' ', (limit.Models ?? []).Order(StringComparer.OrdinalIgnoreCase))
        + " at "
        + string.Join(' ', (limit.Upstreams ?? []).Order(StringComparer.OrdinalIgnoreCase));
}
