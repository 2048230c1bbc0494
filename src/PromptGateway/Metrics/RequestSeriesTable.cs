using System.Collections.Concurrent;

namespace PromptGateway.Metrics;

/// <summary>
/// Finds the <see cref="RequestSeries"/> of a request: one dictionary look-up when these labels were seen before, and a bounded
/// number of series whatever labels come.
/// </summary>
internal sealed class RequestSeriesTable(MetricsOptions options)
{
    /// <summary>Label of what a request does not have: no upstream was asked, no key was presented.</summary>
    public const string None = "none";

    private readonly BoundedLabels _models = new(options.MaxModels);
    private readonly BoundedLabels _histogramModels = new(options.MaxHistogramModels);
    private readonly BoundedLabels _keys = new(options.MaxKeys);
    private readonly BoundedLabels _teams = new(options.MaxKeys);
    private readonly BoundedLabels _upstreams = new(options.MaxKeys);

    /// <summary>Words of the gateway's own: few by nature, bounded all the same.</summary>
    private readonly BoundedLabels _words = new(200);

    /// <summary>By the labels as they come; holds only those that went through unchanged, so it cannot grow past the series.</summary>
    private readonly ConcurrentDictionary<RequestLabels, RequestSeries> _seen = new();
    private readonly ConcurrentDictionary<RequestLabels, RequestSeries> _series = new();
    private readonly Lock _gate = new();
    private int _count;

    public BoundedLabels Models => _models;
    public BoundedLabels Upstreams => _upstreams;
    public BoundedLabels Keys => _keys;
    public BoundedLabels Teams => _teams;
    public IEnumerable<RequestSeries> All => _series.Values;

    public RequestSeries Of(in RequestMeasurement request)
    {
        var labels = new RequestLabels(in request);
        return _seen.TryGetValue(labels, out var series) ? series : Find(labels);
    }

    private RequestSeries Find(RequestLabels labels)
    {
        var bounded = Bound(labels);
        if (!_series.TryGetValue(bounded, out var series))
            series = Create(bounded);
        if (series.Labels == bounded && SameButForGaps(labels, bounded))
            _seen.TryAdd(labels, series);
        return series;
    }

    /// <summary>A model that nobody configured earns its own series with its first success: junk that upstreams refuse never does.</summary>
    private RequestLabels Bound(RequestLabels labels)
    {
        // A WebSocket session ends with the status it began with: 101.
        var succeeded = labels.StatusClass is 1 or 2;
        return new()
        {
            Operation = _words.Of(labels.Operation),
            Outcome = _words.Of(labels.Outcome),
            Provider = _words.Of(labels.Provider, None),
            UsageSource = _words.Of(labels.UsageSource, None),
            ErrorType = labels.ErrorType is null ? null : _words.Of(labels.ErrorType),
            Upstream = _upstreams.Of(labels.Upstream, None),
            OriginalModel = _models.Of(labels.OriginalModel, admit: succeeded),
            RequestModel = _models.Of(labels.RequestModel ?? labels.OriginalModel, admit: succeeded),
            ResponseModel = _models.Of(labels.ResponseModel, admit: succeeded),
            Key = _keys.Of(labels.Key, None),
            Team = _teams.Of(labels.Team, None),
            StatusClass = labels.StatusClass is >= 1 and <= 5 ? labels.StatusClass : 0,
        };
    }

    private RequestSeries Create(RequestLabels labels)
    {
        lock (_gate)
        {
            if (_count >= options.MaxSeries)
                labels = labels.Folded();
            if (_series.TryGetValue(labels, out var series))
                return series;
            series = new RequestSeries(labels, OfHistograms(labels));
            _series[labels] = series;
            _count++;
            return series;
        }
    }

    /// <summary>Only models that were answered take one of the places; what failed before has no times worth a histogram.</summary>
    private RequestLabels OfHistograms(in RequestLabels labels) =>
        _histogramModels.Of(labels.RequestModel, admit: labels.ErrorType is null) == labels.RequestModel ? labels : labels.WithoutModel();

    private static bool SameButForGaps(RequestLabels raw, RequestLabels bounded) =>
        Same(raw.OriginalModel, bounded.OriginalModel)
        && Same(raw.RequestModel, bounded.RequestModel)
        && Same(raw.ResponseModel, bounded.ResponseModel)
        && Same(raw.Key, bounded.Key)
        && Same(raw.Team, bounded.Team)
        && Same(raw.Upstream, bounded.Upstream)
        && Same(raw.Provider, bounded.Provider)
        && Same(raw.Operation, bounded.Operation)
        && Same(raw.Outcome, bounded.Outcome)
        && Same(raw.ErrorType, bounded.ErrorType)
        && Same(raw.UsageSource, bounded.UsageSource);

    private static bool Same(string? raw, string? bounded) => raw is null || raw == bounded;
}
