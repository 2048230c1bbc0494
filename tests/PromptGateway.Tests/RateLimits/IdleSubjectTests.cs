using PromptGateway.Keys;
using PromptGateway.RateLimits;

namespace PromptGateway.Tests.RateLimits;

/// <summary>Callers that anybody can invent do not grow the gateway's memory.</summary>
public sealed class IdleSubjectTests
{
    private const int Most = 10;
    private readonly TestClock _time = new();
    private readonly LimitedSubjects _subjects;

    public IdleSubjectTests() =>
        _subjects = new LimitedSubjects(
            new RateLimitOptions([
                new RateLimitRule
                {
                    Scope = LimitScope.Key,
                    Requests = 2,
                    Per = "minute",
                },
                new RateLimitRule { Scope = LimitScope.Key, Concurrent = 5 },
            ]),
            _time,
            Most
        );

    private RateLimitLease? Ask(string caller)
    {
        var group = _subjects.OfKey(
            new Caller
            {
                Key = null,
                Id = caller,
                Name = caller,
            }
        )!;
        RateLimiter.TryAcquire(group.Alone, new LimitedRequest("m", "m", 0, _time.Now.UtcTicks), _time, out var lease, out _);
        return lease;
    }

    [Fact]
    public void Callers_WithoutEnd_LeaveABoundedNumberOfCounts()
    {
        for (var i = 0; i < 1000; i++)
        {
            Ask($"stranger-{i}")?.Dispose();
            _time.Advance(TimeSpan.FromSeconds(7));
        }

        // One more for all that came when there was no room.
        _subjects.Count.ShouldBeInRange(1, Most + 1);
    }

    [Fact]
    public void Caller_ThatHoldsASlotOrHasCounted_IsNotForgotten()
    {
        using var held = Ask("busy");
        for (var i = 0; i < 30; i++)
        {
            Ask($"stranger-{i}")?.Dispose();
            _time.Advance(TimeSpan.FromMinutes(1));
        }

        _subjects.SlotsInUse.ShouldBe(1);
        Ask("busy").ShouldNotBeNull();
        _subjects.SlotsInUse.ShouldBe(2);
    }
}
