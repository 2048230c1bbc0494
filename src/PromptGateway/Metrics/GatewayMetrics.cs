using System.Diagnostics.Metrics;
using System.Globalization;

namespace PromptGateway.Metrics;

using Tag = KeyValuePair<string, object?>;

/// <summary>
/// Everything the gateway counts, as verbs: what happened, said once, where it happened. All of them are safe to call from many
/// threads at a time; the ones that every request meets allocate nothing.
/// </summary>
internal sealed class GatewayMetrics
{
    public const string MeterName = "PromptGateway";

    private readonly RequestSeriesTable _table;
    private readonly RequestInstruments _requests;
    private readonly UpstreamInstruments _upstreams;
    private readonly Counter<long> _refusals;
    private readonly Counter<long> _priceUnknown;
    private readonly Counter<long> _budgetThresholds;
    private readonly Counter<long> _tokensForecast;
    private readonly Counter<long> _tokensForecastError;
    private readonly Counter<long> _clientClosed;
    private readonly Counter<long> _tapGaveUp;
    private readonly Counter<long> _configReloads;
    private readonly Counter<long> _ledgerRows;
    private readonly Counter<long> _ledgerFailures;
    private readonly Counter<long> _ledgerRefused;
    private readonly BoundedLabels _words = new(200);
    private string[] _knownUpstreams = [];
    private long _inFlight;

    public GatewayMetrics(IMeterFactory factory, MetricsOptions options, TimeProvider time)
    {
        Meter = factory.Create(new MeterOptions(MeterName) { Version = typeof(GatewayMetrics).Assembly.GetName().Version?.ToString(3) });
        _table = new RequestSeriesTable(options);
        _requests = new RequestInstruments(Meter, _table);
        _upstreams = new UpstreamInstruments(Meter, _table.Upstreams);
        Limits = new LimitInstruments(Meter);
        State = new GatewayState(Meter, time, () => Volatile.Read(ref _inFlight));
        _refusals = Count("promptgateway.refusals", "{request}", "Requests that the gateway refused itself, by error code.");
        _priceUnknown = Count("promptgateway.price.unknown", "{request}", "Requests whose cost is not known for want of a price.");
        _budgetThresholds = Count(
            "promptgateway.budget.thresholds",
            "{budget}",
            "Budgets of which a share that is watched is used, once a period."
        );
        _tokensForecast = Count("promptgateway.tokens.reserved", "{token}", "Tokens reserved for requests that were answered with usage.");
        _tokensForecastError = Count("promptgateway.tokens.reserved.error", "{token}", "By how much reservations were wrong, either way.");
        _clientClosed = Count("promptgateway.client.closed", "{request}", "Requests whose client left before the end of the answer.");
        _tapGaveUp = Count("promptgateway.stream.tap_gave_up", "{stream}", "Streams passed on that the gateway could not read along.");
        _configReloads = Count("promptgateway.config.reloads", "{reload}", "Reloads of the upstream configuration, by result.");
        _ledgerRows = Count("promptgateway.ledger.rows", "{row}", "Rows written to the ledger.");
        _ledgerRefused = Count(
            "promptgateway.ledger.rows.refused",
            "{row}",
            "Rows that the database will never take, set aside in a file."
        );
        _ledgerFailures = Count("promptgateway.ledger.write.failures", "{write}", "Writes to the ledger that failed and are tried again.");
    }

    public Meter Meter { get; }

    /// <summary>Of limits and budgets.</summary>
    public LimitInstruments Limits { get; }

    /// <summary>Gauges: values that other rooms hold, read when somebody collects.</summary>
    public GatewayState State { get; }

    /// <summary>Models and upstreams of the configuration: these always keep a series of their own. Call it after each (re)load.</summary>
    public void Know(IEnumerable<string> models, IEnumerable<string> upstreams)
    {
        _knownUpstreams = [.. upstreams];
        _table.Models.Know(models);
        _table.Upstreams.Know(_knownUpstreams);
        _upstreams.StartAtZero(_knownUpstreams);
    }

    /// <summary>
    /// Gives the counters whose labels are known their series, at zero. A counter that begins with its first event hides that event
    /// from every query over its increase. Call it when somebody collects: before that, it is lost.
    /// </summary>
    public void StartAtZero()
    {
        _upstreams.StartAtZero(_knownUpstreams);
        foreach (var code in (string[])["rate_limit_exceeded", "insufficient_quota", "invalid_api_key", "model_not_found"])
            _refusals.Add(0, new Tag("code", _words.Of(code)));
        foreach (var phase in (string[])["before_answer", "mid_answer"])
            _clientClosed.Add(0, new Tag("phase", _words.Of(phase)));
        foreach (var result in (string[])["applied", "failed"])
            _configReloads.Add(0, new Tag("result", result));
        _tapGaveUp.Add(0, new Tag("reason", _words.Of("unreadable")));
        _tokensForecast.Add(0);
        _tokensForecastError.Add(0);
        _ledgerRows.Add(0);
        _ledgerRefused.Add(0);
        _ledgerFailures.Add(0);
    }

    /// <summary>Labels that other instruments share with those of requests.</summary>
    public string KeyLabel(string? key) => _table.Keys.Of(key, RequestSeriesTable.None);

    public string TeamLabel(string? team) => _table.Teams.Of(team, RequestSeriesTable.None);

    public string ModelLabel(string? model) => _table.Models.Of(model, admit: false);

    /// <summary>A request arrived. Goes with exactly one <see cref="RequestLeft"/>.</summary>
    public void RequestArrived() => Interlocked.Increment(ref _inFlight);

    public void RequestLeft() => Interlocked.Decrement(ref _inFlight);

    /// <summary>A request, refused ones too, is over: exactly once for each.</summary>
    public void Record(in RequestMeasurement request) => _requests.Record(in request);

    /// <summary>What a request has used that was recorded before: known only when its result is read.</summary>
    public void Charge(in RequestMeasurement later) => _requests.Charge(in later);

    /// <param name="code">The code of the rejection, for example <c>rate_limit_exceeded</c>.</param>
    public void Refused(string code) => _refusals.Add(1, new Tag("code", _words.Of(code)));

    /// <param name="upstream">Cluster id.</param>
    /// <param name="outcome"><c>ok</c>, or what went wrong: <c>429</c>, <c>5xx</c>, <c>connect_failed</c>, <c>timeout</c>, ...</param>
    /// <param name="status">Of the upstream's answer; 0 when there was none.</param>
    public void AttemptFinished(string upstream, string outcome, int status) => _upstreams.AttemptFinished(upstream, outcome, status);

    /// <summary>An attempt that has failed is made once more.</summary>
    /// <param name="upstream">Where it failed.</param>
    /// <param name="next">Where it goes now; the same upstream, or another one.</param>
    public void Retried(string upstream, string next) => _upstreams.Retried(upstream, next);

    public void UsageMissing(string upstream) => _upstreams.UsageMissing(upstream);

    /// <param name="model">As it was sent to the upstream.</param>
    public void PriceUnknown(string upstream, string? model) =>
        _priceUnknown.Add(1, new Tag("upstream", _table.Upstreams.Of(upstream)), new Tag("model", _table.Models.Of(model, admit: false)));

    /// <param name="scope"><c>key</c>, <c>team</c> or <c>gateway</c>.</param>
    /// <param name="share">Percent.</param>
    public void BudgetThreshold(string scope, int share) =>
        _budgetThresholds.Add(
            1,
            new Tag("scope", _words.Of(scope)),
            new Tag("share", _words.Of(share.ToString(CultureInfo.InvariantCulture)))
        );

    /// <summary>A reservation was settled: over both counters, how good the forecast is.</summary>
    public void TokensForecast(long reserved, long used)
    {
        _tokensForecast.Add(reserved);
        _tokensForecastError.Add(Math.Abs(used - reserved));
    }

    /// <param name="phase"><c>before_answer</c> or <c>mid_answer</c>.</param>
    public void ClientClosed(string phase) => _clientClosed.Add(1, new Tag("phase", _words.Of(phase)));

    /// <param name="reason">Why, in one word: <c>event_too_long</c>, <c>encoding</c>, <c>malformed</c>, ...</param>
    public void TapGaveUp(string reason) => _tapGaveUp.Add(1, new Tag("reason", _words.Of(reason)));

    /// <summary>A configuration was applied, or refused and the last good one kept.</summary>
    public void ConfigReloaded(bool applied)
    {
        _configReloads.Add(1, new Tag("result", applied ? "applied" : "failed"));
        if (applied)
            State.ConfigApplied();
        else
            State.ConfigRefused();
    }

    public void LedgerRowsWritten(int rows) => _ledgerRows.Add(rows);

    public void LedgerRowRefused() => _ledgerRefused.Add(1);

    public void LedgerWriteFailed() => _ledgerFailures.Add(1);

    private Counter<long> Count(string name, string unit, string description) => Meter.CreateCounter<long>(name, unit, description);
}
