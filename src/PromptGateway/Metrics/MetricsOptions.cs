namespace PromptGateway.Metrics;

/// <summary>Section <c>Telemetry</c>: how many series the gateway may make, and where else they are sent.</summary>
internal sealed class MetricsOptions
{
    public const string Section = "Telemetry";

    /// <summary>Distinct model names, beyond those of the configuration, that get a label value of their own; the rest is <c>other</c>.</summary>
    public int MaxModels { get; set; } = 200;

    /// <summary>
    /// Models, the first that are used, whose times and token counts have histograms of their own, about 110 lines of a scrape each;
    /// the rest shares <c>other</c>. Requests, tokens and money are counted by model all the same.
    /// </summary>
    public int MaxHistogramModels { get; set; } = 50;

    /// <summary>Distinct keys, and as many teams, that get a label value of their own; the rest is <c>other</c>.</summary>
    public int MaxKeys { get; set; } = 200;

    /// <summary>Distinct combinations of labels; past it, models, keys and teams of new combinations become <c>other</c>.</summary>
    public int MaxSeries { get; set; } = 2000;

    /// <summary>
    /// Whether .NET's own gauge of open upstream connections is collected; it costs about 0.4 microseconds a request, because each
    /// change between idle and active is two measurements.
    /// </summary>
    public bool ConnectionMetrics { get; set; } = true;

    /// <summary>An OTLP collector; null: that of <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>, and without that nothing is pushed.</summary>
    public Uri? OtlpEndpoint { get; set; }

    /// <summary><c>grpc</c> or <c>http/protobuf</c>; null: <c>OTEL_EXPORTER_OTLP_PROTOCOL</c>, else <c>grpc</c>.</summary>
    public string? OtlpProtocol { get; set; }

    /// <summary>Everything that is wrong.</summary>
    public IEnumerable<string> Validate()
    {
        foreach (
            var (name, value) in ((string, int)[])
                [
                    (nameof(MaxModels), MaxModels),
                    (nameof(MaxHistogramModels), MaxHistogramModels),
                    (nameof(MaxKeys), MaxKeys),
                    (nameof(MaxSeries), MaxSeries),
                ]
        )
            if (value < 1)
                yield return $"{Section}:{name} is {value}, expected at least 1";
        if (OtlpEndpoint is { } endpoint && !(endpoint.IsAbsoluteUri && endpoint.Scheme is "http" or "https"))
            yield return $"{Section}:{nameof(OtlpEndpoint)} is '{endpoint}', expected an address such as http://127.0.0.1:4317";
        if (OtlpProtocol is not (null or "" or "grpc" or "http/protobuf"))
            yield return $"{Section}:{nameof(OtlpProtocol)} is '{OtlpProtocol}', expected grpc or http/protobuf";
    }
}
