using System.IO.Enumeration;

namespace PromptGateway.RateLimits;

/// <summary>
/// An entry of the configuration section <c>RateLimits</c>. Each key, team, model or upstream that matches has the limit for itself;
/// with the scope <c>gateway</c> all share it.
/// </summary>
internal sealed record RateLimitRule
{
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
            Per
        );

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
        if (Match.Length == 0)
            yield return "must have a name or glob in Match";
    }
}
