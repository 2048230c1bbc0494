using System.Globalization;
using PromptGateway.Chat;

namespace PromptGateway.RateLimits;

/// <summary>Tells the client whose limit it was, what it is, and when it resets.</summary>
internal static class RateLimitRejection
{
    public const string Code = "rate_limit_exceeded";

    public static Rejection For(RateLimitRefusal refusal, long tokens)
    {
        var limit = refusal.Limit;
        var kind = limit.Kind == LimitKind.Tokens ? "tokens" : "requests";
        var text =
            limit.Kind == LimitKind.Concurrent
                ? $"{Owner(limit)} already has {Text(limit.Amount)} requests in flight, which is its limit. Retry when one of them is over."
            : refusal.TooLarge
                ? $"The request needs about {Text(tokens)} tokens, more than {Owner(limit)} may use at all: the limit is {Text(limit.Amount)} tokens per {limit.Per}. Shorten the prompt or lower the maximum of output tokens."
            : $"Rate limit of {Owner(limit)} reached: {Text(limit.Amount)} {kind} per {limit.Per}, {Text(refusal.Remaining)} left"
                + (limit.Kind == LimitKind.Tokens ? $", about {Text(tokens)} needed" : "")
                + $". It resets in {GoDuration.Write(refusal.Wait.Ticks)}.";
        return new Rejection(429, kind, Code, text)
        {
            RetryAfter = refusal.TooLarge ? null : refusal.Wait,
            ShouldRetry = refusal.TooLarge ? false : null,
        };
    }

    private static string Owner(RateLimit limit) =>
        limit.Scope switch
        {
            LimitScope.Key => $"the key '{limit.Subject}'",
            LimitScope.Team => $"the team '{limit.Subject}'",
            LimitScope.Model => $"the model '{limit.Subject}'",
            LimitScope.Upstream => $"the upstream '{limit.Subject}'",
            _ => "the whole gateway",
        } + (limit.Models is { Count: > 0 } models ? $" for {string.Join(", ", models)}" : "");

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
