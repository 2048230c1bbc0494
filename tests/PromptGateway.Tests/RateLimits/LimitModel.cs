using PromptGateway.RateLimits;

namespace PromptGateway.Tests.RateLimits;

/// <summary>What limits mean, written down again in the plainest way: a list of what was admitted, summed up for each question.</summary>
internal sealed class LimitModel(IReadOnlyList<RateLimit> limits)
{
    private readonly List<Admitted> _admitted = [];

    public bool Admits(long now, long tokens) =>
        limits.All(limit => Used(limit, now) + (limit.Kind == LimitKind.Tokens ? tokens : 1) <= limit.Amount);

    public Admitted Admit(long now, long tokens)
    {
        var admitted = new Admitted(now, tokens);
        _admitted.Add(admitted);
        return admitted;
    }

    public long Used(RateLimit limit, long now) =>
        limit.Kind switch
        {
            LimitKind.Concurrent => _admitted.Count(a => a.EndedAt is null),
            LimitKind.Requests => _admitted.Count(a => Same(limit, a.At, now)),
            _ => _admitted.Sum(a => Tokens(limit, a, now)),
        };

    private static long Tokens(RateLimit limit, Admitted a, long now)
    {
        var begun = Same(limit, a.At, now);
        if (a.EndedAt is not { } end)
            return begun ? a.Reserved : 0;
        if (Same(limit, a.At, end))
            return begun ? a.Used : 0;
        return (begun ? a.Reserved : 0) + (Same(limit, end, now) ? Math.Max(0, a.Used - a.Reserved) : 0);
    }

    private static bool Same(RateLimit limit, long a, long b) => a / limit.WindowTicks == b / limit.WindowTicks;

    public sealed class Admitted(long at, long reserved)
    {
        public long At => at;
        public long Reserved => reserved;
        public long Used { get; set; }
        public long? EndedAt { get; set; }
    }
}
