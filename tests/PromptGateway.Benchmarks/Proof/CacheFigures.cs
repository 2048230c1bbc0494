namespace PromptGateway.Benchmarks.Proof;

/// <summary>What a policy did to the provider's cache over conversations: sums, and the requests for which a figure became worse.</summary>
internal sealed record CacheFigures
{
    public required double LiteralBefore { get; init; }
    public required double LiteralAfter { get; init; }

    /// <summary>Shares of the client's own tokens.</summary>
    public required double CoverageBefore { get; init; }
    public required double CoverageAfter { get; init; }
    public required long UncachedBefore { get; init; }
    public required long UncachedAfter { get; init; }
    public required int Requests { get; init; }
    public required int UncachedRose { get; init; }
    public required int CoverageFell { get; init; }
    public required int LiteralFell { get; init; }

    /// <summary>Of those whose literal share fell: no more tokens were paid in full, so that it fell only because cached tokens were saved.</summary>
    public required int FellByArithmetic { get; init; }

    public static CacheFigures Of(IReadOnlyList<(ReplayCost Before, ReplayCost After)> conversations)
    {
        var turns = conversations.SelectMany(pair => pair.Before.Turns.Zip(pair.After.Turns)).ToList();
        var fell = turns.Where(turn => turn.Second.LiteralShare < turn.First.LiteralShare).ToList();
        return new CacheFigures
        {
            LiteralBefore = Share(turns.Sum(turn => turn.First.Cached), turns.Sum(turn => turn.First.Tokens)),
            LiteralAfter = Share(turns.Sum(turn => turn.Second.Cached), turns.Sum(turn => turn.Second.Tokens)),
            CoverageBefore = 1 - Share(turns.Sum(turn => turn.First.Reread), turns.Sum(turn => turn.First.Original)),
            CoverageAfter = 1 - Share(turns.Sum(turn => turn.Second.Reread), turns.Sum(turn => turn.Second.Original)),
            UncachedBefore = turns.Sum(turn => turn.First.Uncached),
            UncachedAfter = turns.Sum(turn => turn.Second.Uncached),
            Requests = turns.Count,
            UncachedRose = turns.Count(turn => turn.Second.Uncached > turn.First.Uncached),
            CoverageFell = turns.Count(turn => turn.Second.Reread > turn.First.Reread),
            LiteralFell = fell.Count,
            FellByArithmetic = fell.Count(turn => turn.Second.Uncached <= turn.First.Uncached),
        };
    }

    private static double Share(long part, long whole) => (double)part / Math.Max(1, whole);
}
