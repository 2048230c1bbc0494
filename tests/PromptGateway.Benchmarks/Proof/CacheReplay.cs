using System.Text.Json;
using PromptGateway.Prompts.Policies;
using PromptGateway.Prompts.Transforms;
using PromptGateway.Simulator.Caching;
using PromptGateway.Tokens;

namespace PromptGateway.Benchmarks.Proof;

/// <summary>Replays conversations, request by request, against the simulator's model of a prompt cache.</summary>
internal static class CacheReplay
{
    private static readonly PolicyRunner Runner = new(TimeProvider.System);
    private static readonly TimeSpan BetweenRequests = TimeSpan.FromSeconds(20);

    /// <param name="turns">The requests of one conversation, each longer than the one before.</param>
    /// <param name="market">Whose cache and prices.</param>
    /// <param name="policy">Null: the requests as they are.</param>
    public static ReplayCost Run(IReadOnlyList<byte[]> turns, ReplayMarket market, OptimizationPolicy? policy)
    {
        var clock = new ReplayClock();
        // Providers count what they read in steps. What the cache covers of the client's text is measured without them.
        var cache = new PromptCacheModel(new PromptCacheOptions(), clock);
        var exact = new PromptCacheModel(new PromptCacheOptions { StepTokens = 1 }, clock);
        var format = market.IsExplicit ? RequestFormat.Messages : RequestFormat.ChatCompletions;
        var target = new PromptTarget { CachedPrice = market.Cached, NewPrice = market.Written };
        double cost = 0,
            smooth = 0;
        var results = new List<ReplayTurn>();
        foreach (var turn in turns)
        {
            var original = Segments(turn, market.IsExplicit);
            var segments = policy is null ? original : Segments(Optimize(turn, format, policy, target), market.IsExplicit);
            var outcome = Ask(cache, segments, market);
            var total = TokensOf(segments);
            cost += Cost(total, outcome, market);
            var withoutSteps = Ask(exact, segments, market);
            smooth += Cost(total, withoutSteps, market);
            var reread = Reread(original, segments, withoutSteps.Cached);
            results.Add(new ReplayTurn(total, outcome.Cached, TokensOf(original), reread));
            clock.Advance(BetweenRequests);
        }
        return new ReplayCost(cost, smooth, results);
    }

    private static CacheOutcome Ask(PromptCacheModel cache, PromptSegment[] segments, ReplayMarket market) =>
        market.IsExplicit ? cache.Explicit(1, segments) : cache.Automatic(1, segments);

    private static double Cost(long total, CacheOutcome outcome, ReplayMarket market)
    {
        var written = outcome.Written + outcome.Written1h;
        return total - outcome.Cached - written + (outcome.Cached * market.Cached) + (written * market.Written);
    }

    private static long TokensOf(PromptSegment[] segments)
    {
        long total = 0;
        foreach (var segment in segments)
            total += segment.Tokens;
        return total;
    }

    /// <summary>
    /// The client's tokens of the parts that were not read from the cache. Parts that were left out were not read at all: they stand before
    /// the first of those that the two prompts share at their ends.
    /// </summary>
    private static long Reread(PromptSegment[] original, PromptSegment[] sent, long cached)
    {
        long before = 0,
            reread = 0;
        for (var index = 0; index < sent.Length; index++)
        {
            before += sent[index].Tokens;
            if (before <= cached)
                continue;
            var isHead = index < original.Length && original[index].Hash == sent[index].Hash;
            reread += original[isHead ? index : original.Length - sent.Length + index].Tokens;
        }
        return reread;
    }

    private static byte[] Optimize(byte[] body, RequestFormat format, OptimizationPolicy policy, PromptTarget target)
    {
        using var result = Runner.Run(body, format, policy with { TimeBudget = TimeSpan.FromMinutes(1) }, target);
        return result.Body.ToArray();
    }

    private static PromptSegment[] Segments(byte[] body, bool isExplicit)
    {
        using var json = JsonDocument.Parse(body);
        var segments = new List<PromptSegment>();
        foreach (var name in (string[])["tools", "system", "messages"])
            if (json.RootElement.TryGetProperty(name, out var part))
                Add(segments, part, isExplicit && name != "tools");
        return [.. segments];
    }

    private static void Add(List<PromptSegment> segments, JsonElement part, bool blocks)
    {
        if (part.ValueKind != JsonValueKind.Array)
        {
            segments.Add(Segment(part));
            return;
        }
        foreach (var element in part.EnumerateArray())
            if (blocks && element.TryGetProperty("content", out var content) && element.TryGetProperty("role", out _))
                Add(segments, content, blocks: false);
            else
                segments.Add(Segment(element));
    }

    /// <summary>What the model sees of it: a hint for the cache it does not see, and one block is what a text alone is.</summary>
    private static PromptSegment Segment(JsonElement element)
    {
        var isMarked = element.ValueKind == JsonValueKind.Object && element.TryGetProperty("cache_control", out _);
        var text = element.ValueKind == JsonValueKind.String ? element.GetString()! : Text(element);
        var tokens = Tokenizer.O200k.Count(text) + 4;
        return new(Simulator.ContentHash.Of(text), tokens, isMarked ? CacheBreakpoint.FiveMinutes : CacheBreakpoint.None);
    }

    private static string Text(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object)
            return element.GetRawText();
        if (element.TryGetProperty("type", out var type) && type.ValueEquals("text"))
            return element.GetProperty("text").GetString()!;
        return string.Join(
            ' ',
            element
                .EnumerateObject()
                .Where(member => member.Name != "cache_control")
                .Select(member => member.Value.ValueKind == JsonValueKind.String ? member.Value.GetString() : member.Value.GetRawText())
        );
    }
}
