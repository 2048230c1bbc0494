using System.Diagnostics.Metrics;

namespace PromptGateway.Metrics;

/// <summary>The gateway's gauges. A room that holds a value says once how to read it; nothing runs until somebody collects.</summary>
internal sealed class GatewayState
{
    private readonly TimeProvider _time;
    private Func<long>? _ledgerQueue;
    private Func<TimeSpan>? _ledgerLag;
    private Func<long>? _ledgerSpool;
    private Func<TimeSpan>? _keyStoreStaleness;
    private Func<IEnumerable<DestinationReading>>? _destinations;
    private Func<long>? _catalog;
    private long _configVersion;
    private long _configAppliedAt;
    private volatile bool _configRefused;

    public GatewayState(Meter meter, TimeProvider time, Func<long> inFlight)
    {
        _time = time;
        meter.CreateObservableUpDownCounter(
            "promptgateway.requests.in_flight",
            inFlight,
            "{request}",
            "Requests not yet answered to the end."
        );
        meter.CreateObservableGauge("promptgateway.ledger.queue", LedgerQueue, "{row}", "Ledger rows waiting to be written.");
        meter.CreateObservableGauge("promptgateway.ledger.spool", LedgerSpool, "{row}", "Ledger rows on disk that wait for the database.");
        meter.CreateObservableGauge("promptgateway.ledger.lag", LedgerLag, "s", "Age of the oldest row that is not in the ledger yet.");
        meter.CreateObservableGauge(
            "promptgateway.upstream.healthy",
            Destinations,
            "{destination}",
            "1 while requests go to this destination, 0 while health checks keep them away."
        );
        meter.CreateObservableGauge(
            "promptgateway.keystore.staleness",
            KeyStoreStaleness,
            "s",
            "Time since the key store last answered; known keys work on without it."
        );
        meter.CreateObservableGauge("promptgateway.config.version", ConfigVersion, "{version}", "Configurations applied since the start.");
        meter.CreateObservableGauge(
            "promptgateway.catalog.fingerprint",
            Catalog,
            "{fingerprint}",
            "The same number on all gateways that have the same upstreams, models and prices."
        );
        meter.CreateObservableGauge(
            "promptgateway.config.last_reload.successful",
            () => _configRefused ? 0 : 1,
            "{configuration}",
            "0 when the newest configuration was refused and an older one serves on."
        );
        meter.CreateObservableGauge(
            "promptgateway.config.last_success.timestamp",
            ConfigAppliedAt,
            "s",
            "Unix time at which a configuration was last applied."
        );
    }

    public void ReadLedgerQueue(Func<long> depth) => Volatile.Write(ref _ledgerQueue, depth);

    public void ReadLedgerSpool(Func<long> rows) => Volatile.Write(ref _ledgerSpool, rows);

    public void ReadLedgerLag(Func<TimeSpan> lag) => Volatile.Write(ref _ledgerLag, lag);

    public void ReadDestinations(Func<IEnumerable<DestinationReading>> destinations) => Volatile.Write(ref _destinations, destinations);

    public void ReadKeyStoreStaleness(Func<TimeSpan> staleness) => Volatile.Write(ref _keyStoreStaleness, staleness);

    public void ReadCatalog(Func<long> fingerprint) => Volatile.Write(ref _catalog, fingerprint);

    public void ConfigApplied()
    {
        _configRefused = false;
        Interlocked.Increment(ref _configVersion);
        Volatile.Write(ref _configAppliedAt, _time.GetUtcNow().ToUnixTimeSeconds());
    }

    public void ConfigRefused() => _configRefused = true;

    private IEnumerable<Measurement<long>> Catalog() => Volatile.Read(ref _catalog) is { } read ? [new(read())] : [];

    private IEnumerable<Measurement<long>> LedgerSpool() => Volatile.Read(ref _ledgerSpool) is { } read ? [new(read())] : [];

    private IEnumerable<Measurement<double>> LedgerLag() => Volatile.Read(ref _ledgerLag) is { } read ? [new(read().TotalSeconds)] : [];

    private IEnumerable<Measurement<int>> Destinations() =>
        (Volatile.Read(ref _destinations)?.Invoke() ?? []).Select(reading => new Measurement<int>(
            reading.Healthy ? 1 : 0,
            new("upstream", reading.Upstream),
            new KeyValuePair<string, object?>("destination", reading.Destination)
        ));

    private IEnumerable<Measurement<long>> LedgerQueue() => Volatile.Read(ref _ledgerQueue) is { } read ? [new(read())] : [];

    private IEnumerable<Measurement<double>> KeyStoreStaleness() =>
        Volatile.Read(ref _keyStoreStaleness) is { } read ? [new(read().TotalSeconds)] : [];

    private long ConfigVersion() => Volatile.Read(ref _configVersion);

    private IEnumerable<Measurement<long>> ConfigAppliedAt() => Volatile.Read(ref _configAppliedAt) is > 0 and var at ? [new(at)] : [];
}
