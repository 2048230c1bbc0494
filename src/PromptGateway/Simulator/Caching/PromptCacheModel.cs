namespace PromptGateway.Simulator.Caching;

/// <summary>
/// A model of a provider's prompt cache, without HTTP: which part of a prompt is read from the cache and which part is written,
/// given the prompts before it. A prompt is a sequence of segments; two prompts share a prefix as far as their leading segments
/// have equal hashes. Finer hits than a whole segment need finer segments. Thread-safe; memory is bounded.
/// </summary>
internal sealed class PromptCacheModel(PromptCacheOptions options, TimeProvider clock)
{
    private readonly Lock _gate = new();
    private readonly PrefixTable _prefixes = new(options.Capacity, clock);

    /// <summary>Prefixes remembered now, expired ones included until they are looked at.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _prefixes.Count;
        }
    }

    /// <summary>
    /// OpenAI's automatic cache: from <see cref="PromptCacheOptions.MinimumTokens"/> on, the longest known prefix hits, rounded
    /// down to a step; the whole prompt is remembered.
    /// </summary>
    /// <param name="scope">Who shares entries: credential, model and <c>prompt_cache_key</c>.</param>
    /// <param name="segments">The prompt.</param>
    /// <param name="timeToLive">Longer life than the default, if the request asks for it.</param>
    public CacheOutcome Automatic(ulong scope, ReadOnlySpan<PromptSegment> segments, TimeSpan? timeToLive = null)
    {
        long total = 0,
            cached = 0;
        var prefix = scope;
        lock (_gate)
        {
            var matching = true;
            foreach (var segment in segments)
            {
                prefix = ContentHash.Combine(prefix, segment.Hash);
                total += segment.Tokens;
                if (total < options.MinimumTokens)
                    continue;
                matching = matching && _prefixes.Contains(prefix);
                if (matching)
                    cached = total;
                _prefixes.Touch(prefix, timeToLive ?? options.TimeToLive);
            }
        }

        cached -= cached % options.StepTokens;
        return new(cached, total < options.MinimumTokens ? 0 : total - (total % options.StepTokens) - cached, 0);
    }

    /// <summary>
    /// Anthropic's explicit cache: entries are written where breakpoints stand and read at a breakpoint or up to
    /// <see cref="PromptCacheOptions.LookBackSegments"/> before it.
    /// </summary>
    /// <param name="scope">Who shares entries: credential and model.</param>
    /// <param name="segments">The prompt, one segment per content block.</param>
    /// <param name="minimumTokens">Shortest prefix the model caches; shorter ones are silently not cached.</param>
    public CacheOutcome Explicit(ulong scope, ReadOnlySpan<PromptSegment> segments, int? minimumTokens = null)
    {
        var prefixes = new (ulong Hash, long Tokens)[segments.Length];
        var (prefix, total) = (scope, 0L);
        for (var i = 0; i < segments.Length; i++)
        {
            prefix = ContentHash.Combine(prefix, segments[i].Hash);
            prefixes[i] = (prefix, total += segments[i].Tokens);
        }

        lock (_gate)
        {
            var cached = Read(segments, prefixes);
            return Write(segments, prefixes, cached, minimumTokens ?? options.MinimumTokens);
        }
    }

    private long Read(ReadOnlySpan<PromptSegment> segments, ReadOnlySpan<(ulong Hash, long Tokens)> prefixes)
    {
        for (var mark = segments.Length - 1; mark >= 0; mark--)
        {
            if (segments[mark].Breakpoint is CacheBreakpoint.None)
                continue;
            for (var i = mark; i >= Math.Max(0, mark - options.LookBackSegments); i--)
            {
                if (!_prefixes.Contains(prefixes[i].Hash))
                    continue;
                _prefixes.Touch(prefixes[i].Hash, options.TimeToLive);
                return prefixes[i].Tokens;
            }
        }

        return 0;
    }

    private CacheOutcome Write(
        ReadOnlySpan<PromptSegment> segments,
        ReadOnlySpan<(ulong Hash, long Tokens)> prefixes,
        long cached,
        int minimumTokens
    )
    {
        long written = 0,
            written1h = 0;
        var end = cached;
        for (var i = 0; i < segments.Length; i++)
        {
            if (segments[i].Breakpoint is CacheBreakpoint.None || prefixes[i].Tokens < minimumTokens)
                continue;
            var hour = segments[i].Breakpoint is CacheBreakpoint.OneHour;
            _prefixes.Touch(prefixes[i].Hash, hour ? TimeSpan.FromHours(1) : options.TimeToLive);
            var fresh = Math.Max(0, prefixes[i].Tokens - end);
            end += fresh;
            if (hour)
                written1h += fresh;
            else
                written += fresh;
        }

        return new(cached, written, written1h);
    }
}
