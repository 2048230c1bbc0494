using System.Collections.Concurrent;
using System.IO.Enumeration;
using System.Numerics;
using System.Text;
using PromptGateway.Chat;

namespace PromptGateway.Routing;

/// <summary>
/// Upstreams, models, aliases and prices of one configuration, immutable, so that a request sees all of them or none of a change
/// (field report 59).
/// </summary>
internal sealed class CatalogSnapshot
{
    /// <summary>Resolutions kept; names come from callers, so the cache is bounded and simply stops growing.</summary>
    private const int CacheLimit = 4096;
    private readonly Upstream[] _upstreams;
    private readonly PriceList _prices;
    private readonly ConcurrentDictionary<string, ModelResolution> _cache = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ModelResolution>.AlternateLookup<ReadOnlySpan<char>> _cacheBySpan;
    private readonly Lazy<uint> _fingerprint;
    private int _cached;

    public CatalogSnapshot(IReadOnlyList<Upstream> upstreams, PriceList prices)
    {
        _upstreams = [.. upstreams];
        _prices = prices;
        _cacheBySpan = _cache.GetAlternateLookup<ReadOnlySpan<char>>();
        _fingerprint = new Lazy<uint>(TakeFingerprint);
    }

    /// <summary>Equal where upstreams, the models that they serve, and prices are; without addresses and secrets (field report 57).</summary>
    public uint Fingerprint => _fingerprint.Value;

    public IReadOnlyList<Upstream> Upstreams => _upstreams;

    private uint TakeFingerprint()
    {
        var upstreams = _upstreams.Select(u =>
            $"{u.Id} {u.Provider.Name} {u.CatchAll} {string.Join(',', u.Models)} "
            + string.Join(',', u.Aliases.OrderBy(alias => alias.Key, StringComparer.Ordinal))
        );
        var sum = uint.MaxValue;
        foreach (var line in upstreams.Concat(_prices.Lines))
        foreach (var unit in Encoding.UTF8.GetBytes(line + "\n"))
            sum = BitOperations.Crc32C(sum, unit);
        return ~sum;
    }

    /// <summary>What the name stands for, or null when no upstream serves it.</summary>
    public ModelResolution? Resolve(ReadOnlySpan<char> name)
    {
        if (_cacheBySpan.TryGetValue(name, out var known))
            return known;
        var targets = FindTargets(name.ToString());
        if (targets.Length == 0)
            return null;
        var resolution = new ModelResolution(name.ToString(), targets);
        if (Interlocked.Increment(ref _cached) <= CacheLimit)
            _cache.TryAdd(resolution.Name, resolution);
        return resolution;
    }

    /// <summary>Where requests without a model go (files, batches): the first upstream that speaks the dialect, or the one named.</summary>
    /// <param name="dialect">The API that the client speaks.</param>
    /// <param name="upstreamId">Null: any.</param>
    /// <param name="passThrough">True when the caller brings its own provider key, which only some upstreams take, and only those.</param>
    public Target? DefaultFor(Dialect dialect, string? upstreamId, bool passThrough)
    {
        foreach (var upstream in _upstreams)
            if (
                upstream.Provider.Speaks(dialect)
                && upstream.PassThrough == passThrough
                && (upstreamId is null || upstream.Id.Equals(upstreamId, StringComparison.OrdinalIgnoreCase))
            )
                return new Target(upstream, null, null);
        return null;
    }

    /// <summary>Aliases, then exact names, then <c>upstream/model</c>, then globs (the most specific first), then a catch-all.</summary>
    private Target[] FindTargets(string name)
    {
        var found = Collect(u => u.Aliases.TryGetValue(name, out var model) ? model : null);
        if (found.Length == 0)
            found = Collect(u => u.Models.FirstOrDefault(model => IsExactly(model, name)));
        if (found.Length == 0)
            found = ByPrefix(name);
        if (found.Length == 0)
            found = ByGlob(name);
        return found.Length > 0 ? found : Collect(u => u.CatchAll ? name : null);
    }

    private Target[] Collect(Func<Upstream, string?> modelAt)
    {
        var found = new List<Target>();
        foreach (var upstream in _upstreams)
            if (modelAt(upstream) is { } model)
                found.Add(TargetAt(upstream, model));
        return [.. found];
    }

    private Target TargetAt(Upstream upstream, string model) => new(upstream, model, PriceOf(upstream, model));

    /// <summary>Null when it is not known.</summary>
    public ModelPrice? PriceOf(Upstream upstream, string model) =>
        _prices.Find(upstream.Provider.Name == "simulator" ? GuessProvider(model) : upstream.Provider.Name, model);

    /// <summary>The simulator charges what the model that it plays would cost, so that cost and budgets can be tried offline.</summary>
    private string GuessProvider(string model)
    {
        var suffix = "/" + model;
        foreach (var name in _prices.Names)
            if (name.EndsWith(suffix, StringComparison.OrdinalIgnoreCase))
                return name[..^suffix.Length];
        return model.StartsWith("claude", StringComparison.OrdinalIgnoreCase) ? "anthropic" : "openai";
    }

    /// <summary>The upstream is sent the name as it is configured: callers may spell it in another case, providers do not.</summary>
    private static bool IsExactly(string model, string name) =>
        model.Equals(name, StringComparison.OrdinalIgnoreCase) && !model.AsSpan().ContainsAny('*', '?');

    private Target[] ByPrefix(string name)
    {
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        if (slash <= 0 || slash == name.Length - 1)
            return [];
        var (prefix, model) = (name[..slash], name[(slash + 1)..]);
        return Collect(u =>
            u.Id.Equals(prefix, StringComparison.OrdinalIgnoreCase) || u.Provider.Name.Equals(prefix, StringComparison.OrdinalIgnoreCase)
                ? u.Aliases.GetValueOrDefault(model, model)
                : null
        );
    }

    private Target[] ByGlob(string name)
    {
        var best = new List<(int Specific, Upstream Upstream)>();
        foreach (var upstream in _upstreams)
        {
            var specific = -1;
            foreach (var pattern in upstream.Models)
                if (FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: true))
                    specific = Math.Max(specific, pattern.Length);
            if (specific >= 0)
                best.Add((specific, upstream));
        }
        var most = best.Count == 0 ? 0 : best.Max(b => b.Specific);
        return [.. best.Where(b => b.Specific == most).Select(b => TargetAt(b.Upstream, name))];
    }

    /// <summary>Names that can be listed: exact ones, aliases, and priced models that a glob covers. Ordered by name.</summary>
    public IEnumerable<ListedModel> ListModels()
    {
        var models = new SortedDictionary<string, ListedModel>(StringComparer.Ordinal);
        foreach (var upstream in _upstreams)
        {
            foreach (var alias in upstream.Aliases.Keys)
                models.TryAdd(alias, new ListedModel(alias, upstream));
            foreach (var pattern in upstream.Models)
            foreach (var name in Expand(pattern, upstream))
                models.TryAdd(name, new ListedModel(name, upstream));
        }
        return models.Values;
    }

    private IEnumerable<string> Expand(string pattern, Upstream upstream)
    {
        if (!pattern.AsSpan().ContainsAny('*', '?'))
            return [pattern];
        var simulated = upstream.Provider.Name == "simulator";
        return _prices
            .Names.Select(n => n.Split('/', 2))
            .Where(n => (simulated ? n[0] is "openai" or "anthropic" : n[0] == upstream.Provider.Name))
            .Select(n => n[1])
            .Where(n => FileSystemName.MatchesSimpleExpression(pattern, n, ignoreCase: true));
    }

    /// <summary>Up to three listed names that look like the one that was not found.</summary>
    public IReadOnlyList<string> Near(string name) =>
        [
            .. ListModels()
                .Select(m => (m.Name, Distance: EditDistance.Between(name, m.Name)))
                .Where(m => m.Distance <= Math.Max(2, name.Length / 3))
                .OrderBy(m => m.Distance)
                .Take(3)
                .Select(m => m.Name),
        ];
}
