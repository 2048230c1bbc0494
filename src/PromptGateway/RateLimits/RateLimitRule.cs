using System.IO.Enumeration;
using System.Text.Json.Serialization;
using PromptGateway.Keys;

namespace PromptGateway.RateLimits;

/// <summary>
/// An entry of the configuration section <c>RateLimits</c>, or a rule of <c>/admin/limits</c>. Each key, team, model or upstream that
/// matches has the limit for itself; with the scope <c>gateway</c> all share it.
/// </summary>
internal sealed record RateLimitRule
{
    /// <summary>Of a rule made by the admin API; null in configuration.</summary>
    [JsonIgnore]
    public string? Id { get; internal init; }

    /// <summary><c>key</c>, <c>team</c>, <c>model</c>, <c>upstream</c> or <c>gateway</c>.</summary>
    public LimitScope Scope { get; init; } = LimitScope.Gateway;

    /// <summary>Name or glob, without regard to case.</summary>
    public string Match { get; init; } = "*";

    /// <summary>Requests in each window.</summary>
    public long? Requests { get; init; }

    /// <summary>Tokens in each window, of prompt and answer together.</summary>
    public long? Tokens { get; init; }

    /// <summary>Requests at the same time.</summary>
    public long? Concurrent { get; init; }

    /// <summary><c>second</c>, <c>minute</c>, <c>hour</c> or <c>day</c>; absent for <see cref="Concurrent"/>.</summary>
    public string? Per { get; init; }

    /// <summary>Only requests for these models (globs) count; absent: all.</summary>
    public IReadOnlyList<string>? Models { get; init; }

    /// <summary>Only requests that go to these upstreams (globs) count; absent: all.</summary>
    public IReadOnlyList<string>? Upstreams { get; init; }

    /// <summary>Milliseconds that a request may wait for room, at most 600000; absent or 0: it is refused at once.</summary>
    public int? QueueMs { get; init; }

    /// <summary>Requests that may wait at a time, at most 10000; absent: 100.</summary>
    public int? QueueLength { get; init; }

    /// <summary>Two rules with the same signature would be one limit with two amounts.</summary>
    [JsonIgnore]
    public string Signature
    {
        get
        {
            var limit = For(Match);
            return $"{Scope} {Match} {limit.Kind} {limit.Per} [{Words(Models)}] [{Words(Upstreams)}]";
        }
    }

    public bool Matches(string name) =>
        Scope == LimitScope.Gateway || FileSystemName.MatchesSimpleExpression(Match, name, ignoreCase: true);

    public RateLimit For(string subject) =>
        new(
            Scope,
            subject,
            Requests is not null ? LimitKind.Requests
                : Tokens is not null ? LimitKind.Tokens
                : LimitKind.Concurrent,
            Requests ?? Tokens ?? Concurrent ?? 0,
            Per,
            Models
        )
        {
            Upstreams = Upstreams,
            QueueMs = QueueMs ?? 0,
            QueueLength = QueueLength ?? RateLimit.DefaultQueueLength,
            Rule = Id ?? Match,
        };

    /// <summary>What is wrong with it; nothing when it is right.</summary>
    public IEnumerable<string> Validate()
    {
        long?[] amounts = [Requests, Tokens, Concurrent];
        if (amounts.Count(amount => amount is not null) != 1)
            yield return "must have exactly one of Requests, Tokens and Concurrent";
        if (amounts.Any(amount => amount is <= 0 or > 1_000_000_000_000))
            yield return "must have an amount from 1 to 1000000000000";
        if (Concurrent is not null && Per is not null)
            yield return "must not have Per: concurrent requests have no window";
        if (Concurrent is null && Per is not ("second" or "minute" or "hour" or "day"))
            yield return "must have Per, one of second, minute, hour, day";
        if (QueueMs is < 0 or > LimitRules.MaxQueueMs)
            yield return $"must have QueueMs from 0 to {LimitRules.MaxQueueMs}";
        if (QueueLength is < 1 or > LimitRules.MaxQueueLength)
            yield return $"must have QueueLength from 1 to {LimitRules.MaxQueueLength}";
        if (Match is not { Length: > 0 and <= 200 })
            yield return "must have a name or glob in Match, of at most 200 characters";
        foreach (var (name, globs) in new[] { ("Models", Models), ("Upstreams", Upstreams) })
            if (globs is not null && (globs.Count > 200 || globs.Any(glob => !KeyRules.IsPattern(glob))))
                yield return $"must have at most 200 globs in {name}, each of 1 to 200 characters without spaces";
    }

    public bool Equals(RateLimitRule? other) =>
        other is not null
        && Id == other.Id
        && Signature == other.Signature
        && For("") with { Models = null, Upstreams = null } == other.For("") with { Models = null, Upstreams = null };

    public override int GetHashCode() => Signature.GetHashCode(StringComparison.Ordinal);

    private static string Words(IReadOnlyList<string>? globs) => string.Join(' ', (globs ?? []).Order(StringComparer.OrdinalIgnoreCase));
}
