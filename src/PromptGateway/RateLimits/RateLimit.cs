using PromptGateway.Keys;

namespace PromptGateway.RateLimits;

/// <summary>One limit of one subject.</summary>
/// <param name="Scope">Whose kind of limit it is.</param>
/// <param name="Subject">Name of the key, team, model or upstream, for people; empty for the gateway.</param>
/// <param name="Kind">What is counted.</param>
/// <param name="Amount">How many a window, or at a time.</param>
/// <param name="Per"><c>second</c>, <c>minute</c>, <c>hour</c>, <c>day</c>; null for <see cref="LimitKind.Concurrent"/>.</param>
/// <param name="Models">Only requests for these models (globs) count; null: all.</param>
internal sealed record RateLimit(
    LimitScope Scope,
    string Subject,
    LimitKind Kind,
    long Amount,
    string? Per,
    IReadOnlyList<string>? Models = null
)
{
    public const int DefaultQueueLength = 100;

    /// <summary>Only requests that go to these upstreams (globs) count; null: all.</summary>
    public IReadOnlyList<string>? Upstreams { get; init; }

    /// <summary>Milliseconds that a request may wait for room; 0: it is refused at once.</summary>
    public int QueueMs { get; init; }

    /// <summary>Requests that may wait at a time.</summary>
    public int QueueLength { get; init; } = DefaultQueueLength;

    /// <summary>Which rule it comes from; empty: the key's own.</summary>
    public string Rule { get; init; } = "";

    /// <summary>Of the key that declares it; 0 for rules. Replicas that know a newer one win.</summary>
    public long Version { get; init; }

    /// <summary>Length of the window in ticks (100 ns). Windows begin at whole multiples of it, UTC.</summary>
    public long WindowTicks { get; } =
        Per switch
        {
            "second" => TimeSpan.TicksPerSecond,
            "minute" => TimeSpan.TicksPerMinute,
            "hour" => TimeSpan.TicksPerHour,
            "day" => TimeSpan.TicksPerDay,
            _ => long.MaxValue,
        };

    /// <summary>True when only the amount may differ, so that what was counted for one counts for the other.</summary>
    public bool CountsSameAs(RateLimit other) =>
        Kind == other.Kind
        && Per == other.Per
        && (Models ?? []).SequenceEqual(other.Models ?? [], StringComparer.OrdinalIgnoreCase)
        && (Upstreams ?? []).SequenceEqual(other.Upstreams ?? [], StringComparer.OrdinalIgnoreCase);

    public static RateLimit Of(LimitSpec spec, string keyName) =>
        new(
            LimitScope.Key,
            keyName,
            spec.Requests is not null ? LimitKind.Requests
                : spec.Tokens is not null ? LimitKind.Tokens
                : LimitKind.Concurrent,
            spec.Requests ?? spec.Tokens ?? spec.Concurrent ?? 0,
            spec.Per,
            spec.Models
        )
        {
            Upstreams = spec.Upstreams,
            QueueMs = spec.QueueMs ?? 0,
            QueueLength = spec.QueueLength ?? DefaultQueueLength,
        };
}
