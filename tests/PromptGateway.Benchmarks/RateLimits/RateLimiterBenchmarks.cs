using BenchmarkDotNet.Attributes;
using PromptGateway.RateLimits;

namespace PromptGateway.Benchmarks.RateLimits;

/// <summary>What a request of a key with three limits pays: acquire, then settle.</summary>
[MemoryDiagnoser]
public class RateLimiterBenchmarks
{
    private readonly RateLimitGroup _key = new();
    private readonly RateLimitGroup _gateway = new();
    private RateLimitGroup[] _both = [];

    [GlobalSetup]
    public void Setup()
    {
        _key.Apply(
            1,
            () =>
                [
                    new RateLimit(LimitScope.Key, "app", LimitKind.Requests, 1_000_000_000_000, "minute"),
                    new RateLimit(LimitScope.Key, "app", LimitKind.Tokens, 1_000_000_000_000, "minute"),
                    new RateLimit(LimitScope.Key, "app", LimitKind.Concurrent, 1_000_000, null),
                ]
        );
        _gateway.Apply(1, () => [new RateLimit(LimitScope.Gateway, "", LimitKind.Requests, 1_000_000_000_000, "minute")]);
        _both = [_key, _gateway];
    }

    [Benchmark]
    public bool ThreeLimitsOfAKey() => Run(_key.Alone);

    [Benchmark]
    public bool ThreeLimitsOfAKeyAndOneOfTheGateway() => Run(_both);

    private static bool Run(RateLimitGroup[] groups)
    {
        var time = TimeProvider.System;
        var request = new LimitedRequest("gpt-4o", "gpt-4o", 500, time.GetUtcNow().UtcTicks);
        var admitted = RateLimiter.TryAcquire(groups, request, time, out var lease, out _);
        if (lease is null)
            return admitted;
        lease.UsedTokens = 400;
        lease.Dispose();
        return admitted;
    }
}
