using System.Collections.Concurrent;

namespace PromptGateway.Forwarding;

/// <summary>
/// All attempts under way, looked over once a second for those whose time is up. One timer for all instead of one for each: an open
/// stream costs nothing here until its limit passes, which is then noticed within a second.
/// </summary>
internal sealed class OpenAttempts : IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<Attempt, bool> _attempts = new();
    private readonly TimeProvider _time;
    private readonly ITimer _timer;

    public OpenAttempts(TimeProvider time)
    {
        _time = time;
        _timer = time.CreateTimer(_ => StopOverdue(), null, Period, Period);
    }

    public int Count => _attempts.Count;

    public void Add(Attempt attempt) => _attempts.TryAdd(attempt, true);

    public void Remove(Attempt attempt) => _attempts.TryRemove(attempt, out _);

    /// <summary>Ends everything that is still open.</summary>
    public void StopAll(StopReason reason)
    {
        foreach (var (attempt, _) in _attempts)
            attempt.Stop(reason);
    }

    private void StopOverdue()
    {
        foreach (var (attempt, _) in _attempts)
            if (Overdue(attempt) is var reason and not StopReason.None)
                attempt.Stop(reason);
    }

    private StopReason Overdue(Attempt attempt)
    {
        if (attempt.SentAt == 0)
            return StopReason.None;
        var upstream = attempt.Target.Upstream;
        var running = _time.GetElapsedTime(attempt.SentAt);
        if (running > upstream.TotalTimeout)
            return StopReason.TotalTimeout;
        var tap = attempt.Tap;
        // Audio, files and WebSockets are not read along with; YARP's own timer watches over their silence.
        if (attempt.PassesUnread)
            return StopReason.None;
        if (tap is null || tap.FirstByteAt == 0)
            return _time.GetElapsedTime(attempt.LastSentAt) > (upstream.FirstByteTimeout ?? upstream.IdleTimeout)
                ? StopReason.FirstByteTimeout
                : StopReason.None;
        return _time.GetElapsedTime(tap.LastReadAt) > upstream.IdleTimeout ? StopReason.IdleTimeout : StopReason.None;
    }

    public void Dispose() => _timer.Dispose();
}
