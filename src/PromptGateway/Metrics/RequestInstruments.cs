using System.Diagnostics.Metrics;

namespace PromptGateway.Metrics;

using Tag = KeyValuePair<string, object?>;

/// <summary>
/// The instruments of finished requests. Distributions are histograms of the SDK; sums are kept in <see cref="RequestSeries"/> and
/// only read when somebody collects, because every record through the SDK hashes all its tags again.
/// </summary>
internal sealed class RequestInstruments
{
    private readonly RequestSeriesTable _table;
    private readonly Histogram<long> _tokenUsage;
    private readonly Histogram<double> _duration;
    private readonly Histogram<double> _firstToken;
    private readonly Histogram<double> _perOutputToken;
    private readonly Histogram<double> _overhead;

    public RequestInstruments(Meter meter, RequestSeriesTable table)
    {
        _table = table;
        _tokenUsage = meter.CreateHistogram(
            "gen_ai.client.token.usage",
            "{token}",
            "Tokens of one request, by type.",
            tags: null,
            Buckets.TokenUsage
        );
        _duration = Seconds(
            meter,
            "gen_ai.server.request.duration",
            "From a request's arrival to the last byte of its answer, of streams too.",
            Buckets.RequestDuration
        );
        _firstToken = Seconds(
            meter,
            "gen_ai.server.time_to_first_token",
            "From a request's arrival to the first byte of its streamed answer.",
            Buckets.TimeToFirstToken
        );
        _perOutputToken = Seconds(
            meter,
            "gen_ai.server.time_per_output_token",
            "Time between two output tokens of a stream, after the first.",
            Buckets.TimePerOutputToken
        );
        _overhead = Seconds(
            meter,
            "promptgateway.overhead.duration",
            "The gateway's own time for a request: not waiting for the upstream or the client.",
            Buckets.Overhead
        );
        meter.CreateObservableCounter("promptgateway.requests", Requests, "{request}", "Requests finished.");
        meter.CreateObservableCounter("promptgateway.tokens", Tokens, "{token}", "Tokens used, by type.");
        meter.CreateObservableCounter("promptgateway.cost", Cost, "usd", "What the requests cost in US dollars, as the ledger counts it.");
        meter.CreateObservableCounter(
            "promptgateway.usage.source",
            UsageSources,
            "{request}",
            "Requests, by where their usage comes from."
        );
    }

    public void Record(in RequestMeasurement request)
    {
        var series = _table.Of(in request);
        series.Count(in request);
        _overhead.Record(request.Overhead.TotalSeconds, series.OverheadTag);
        if (request.Upstream is null)
            return;
        RecordTimes(in request, series);
        if (request.HasUsage)
            RecordTokens(in request, series);
    }

    /// <summary>Tokens and money of a request that was recorded before: a batch, a background response.</summary>
    public void Charge(in RequestMeasurement later)
    {
        var series = _table.Of(in later);
        series.Charge(in later);
        RecordTokens(in later, series);
    }

    private void RecordTimes(in RequestMeasurement request, RequestSeries series)
    {
        _duration.Record(request.Duration.TotalSeconds, series.ServerTags);
        if (request.FirstToken is not { } firstToken)
            return;
        _firstToken.Record(firstToken.TotalSeconds, series.ServerTags);
        if (request.OutputTokens > 1 && request.Duration > firstToken)
            _perOutputToken.Record((request.Duration - firstToken).TotalSeconds / (request.OutputTokens - 1), series.ServerTags);
    }

    private void RecordTokens(in RequestMeasurement request, RequestSeries series)
    {
        _tokenUsage.Record(request.InputTokens, series.InputTags);
        _tokenUsage.Record(request.OutputTokens, series.OutputTags);
        if (request.CachedInputTokens > 0)
            _tokenUsage.Record(request.CachedInputTokens, series.CachedTags);
        if (request.CacheWriteTokens > 0)
            _tokenUsage.Record(request.CacheWriteTokens, series.CacheWriteTags);
        if (request.ReasoningTokens > 0)
            _tokenUsage.Record(request.ReasoningTokens, series.ReasoningTags);
    }

    private IEnumerable<Measurement<long>> Requests() =>
        Sums(labels => labels.OfRequests(), series => series.Requests)
            .Select(sum => new Measurement<long>(
                sum.Value,
                [.. UsageTags(sum.Key), new("status", StatusClass.Name(sum.Key.StatusClass * 100)), new("outcome", sum.Key.Outcome)]
            ));

    private IEnumerable<Measurement<long>> Tokens() =>
        TokenTypes.All.SelectMany(type =>
            Sums(labels => labels.OfUsage(), series => series.Tokens(type))
                .Where(sum => sum.Value > 0)
                .Select(sum => new Measurement<long>(sum.Value, [.. UsageTags(sum.Key), new("type", type)]))
        );

    private IEnumerable<Measurement<double>> Cost() =>
        Sums(labels => labels.OfUsage(), series => series.CostNanoUsd)
            .Where(sum => sum.Value > 0)
            .Select(sum => new Measurement<double>(sum.Value / 1e9, UsageTags(sum.Key)));

    private IEnumerable<Measurement<long>> UsageSources() =>
        Sums(labels => labels.OfUsageSource(), series => series.Requests)
            .Select(sum => new Measurement<long>(sum.Value, new("upstream", sum.Key.Upstream), new("source", sum.Key.UsageSource)));

    private Dictionary<RequestLabels, long> Sums(Func<RequestLabels, RequestLabels> by, Func<RequestSeries, long> value)
    {
        var sums = new Dictionary<RequestLabels, long>();
        foreach (var series in _table.All)
        {
            var labels = by(series.Labels);
            sums[labels] = sums.GetValueOrDefault(labels) + value(series);
        }
        return sums;
    }

    private static Tag[] UsageTags(in RequestLabels labels) =>
        [
            new("operation", labels.Operation),
            new("upstream", labels.Upstream),
            new("provider", labels.Provider),
            new("model", labels.RequestModel),
            new("key", labels.Key),
            new("team", labels.Team),
        ];

    private static Histogram<double> Seconds(Meter meter, string name, string description, InstrumentAdvice<double> buckets) =>
        meter.CreateHistogram(name, "s", description, tags: null, buckets);
}
