using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace PromptGateway.Metrics;

using Tag = KeyValuePair<string, object?>;

/// <summary>What is counted of prompt optimization. Tokens are estimates of the gateway.</summary>
internal sealed class OptimizationMetrics
{
    private const string NoPolicy = "none";
    private readonly ConcurrentDictionary<string, OptimizationSeries> _series = new(StringComparer.Ordinal);
    private readonly GatewayMetrics _gateway;
    private readonly BoundedLabels _policies = new(100);
    private readonly BoundedLabels _words = new(200);
    private readonly Counter<long> _tokensSaved;
    private readonly Counter<double> _savedUsd;
    private readonly Counter<double> _costUsd;
    private readonly Counter<long> _inputTokens;
    private readonly Counter<long> _fallbacks;
    private readonly Histogram<double> _duration;

    public OptimizationMetrics(GatewayMetrics gateway)
    {
        _gateway = gateway;
        var meter = gateway.Meter;
        meter.CreateObservableCounter(
            "promptgateway.optimization.requests",
            Requests,
            "{request}",
            "Requests that an optimization policy was chosen for, by mode and outcome."
        );
        _tokensSaved = meter.CreateCounter<long>(
            "promptgateway.optimization.tokens_saved",
            "{token}",
            "Prompt tokens saved, estimated; in shadow those that would have been."
        );
        _savedUsd = meter.CreateCounter<double>(
            "promptgateway.optimization.saved",
            "usd",
            "US dollars that the saved tokens would have cost, estimated."
        );
        _costUsd = meter.CreateCounter<double>(
            "promptgateway.optimization.cost",
            "usd",
            "US dollars that the optimizer's own models have cost."
        );
        _inputTokens = meter.CreateCounter<long>(
            "promptgateway.optimization.input_tokens",
            "{token}",
            "Prompt tokens of requests with a policy, as they were sent."
        );
        _fallbacks = meter.CreateCounter<long>(
            "promptgateway.optimization.fallbacks",
            "{request}",
            "Optimizations that were not or not wholly done, by reason; the original text was sent."
        );
        _duration = meter.CreateHistogram(
            "promptgateway.optimization.duration",
            "s",
            "Time that a policy took for one request; in shadow not on the request's path.",
            tags: null,
            Buckets.Overhead
        );
    }

    /// <summary>The counts of one policy. Look it up once a request, or keep it.</summary>
    /// <param name="policy">Null: none was chosen.</param>
    public OptimizationSeries Of(string? policy)
    {
        var name = policy ?? NoPolicy;
        if (_series.TryGetValue(name, out var series))
            return series;
        var label = _policies.Of(name);
        return _series.GetOrAdd(label, static label => new OptimizationSeries(label));
    }

    /// <summary>How long a policy took for one request.</summary>
    public void Took(string policy, string mode, TimeSpan time) =>
        _duration.Record(time.TotalSeconds, new Tag("policy", _policies.Of(policy)), new Tag("mode", mode));

    /// <summary>Negative savings count as none here: a counter cannot fall. The ledger has them.</summary>
    public void SavedTokens(string policy, string mode, string transform, long tokens)
    {
        if (tokens > 0)
            _tokensSaved.Add(
                tokens,
                new Tag("policy", _policies.Of(policy)),
                new Tag("mode", mode),
                new Tag("transform", _words.Of(transform))
            );
    }

    /// <summary>Money that a request's savings are worth.</summary>
    public void SavedMoney(string policy, string mode, string? key, string? team, string? model, long nanoUsd)
    {
        if (nanoUsd > 0)
            _savedUsd.Add(
                nanoUsd / 1e9,
                new Tag("policy", _policies.Of(policy)),
                new Tag("mode", mode),
                new Tag("key", _gateway.KeyLabel(key)),
                new Tag("team", _gateway.TeamLabel(team)),
                new Tag("model", _gateway.ModelLabel(model))
            );
    }

    /// <summary>Money that the optimizer's own models have cost.</summary>
    public void Cost(string policy, long nanoUsd) => _costUsd.Add(nanoUsd / 1e9, new Tag("policy", _policies.Of(policy)));

    /// <summary>Prompt tokens of a request as the provider counted what was sent.</summary>
    public void Sent(string policy, string mode, long tokens) =>
        _inputTokens.Add(tokens, new Tag("policy", _policies.Of(policy)), new Tag("mode", mode));

    /// <param name="policy">Null: none was chosen.</param>
    /// <param name="reason">Why, in one word: <c>time_budget</c>, <c>failed</c>, <c>prompt_not_parsed</c>, ...</param>
    public void FellBack(string? policy, string reason) =>
        _fallbacks.Add(1, new Tag("policy", _policies.Of(policy, NoPolicy)), new Tag("reason", _words.Of(reason)));

    private IEnumerable<Measurement<long>> Requests()
    {
        foreach (var series in _series.Values)
        foreach (var (mode, outcome, count) in series.Counts())
            yield return new Measurement<long>(count, new("policy", series.Policy), new("mode", mode), new Tag("outcome", outcome));
    }
}
