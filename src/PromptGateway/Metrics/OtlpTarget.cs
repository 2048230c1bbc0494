using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Resources;

namespace PromptGateway.Metrics;

/// <summary>The OTLP collector that telemetry is pushed to.</summary>
/// <param name="Endpoint">From the configuration; null: the SDK reads its own <c>OTEL_EXPORTER_OTLP_*</c> variables.</param>
/// <param name="Protocol">Likewise.</param>
internal sealed record OtlpTarget(Uri? Endpoint, OtlpExportProtocol? Protocol)
{
    private const string EndpointVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>Null when there is no collector, and then nothing is traced or pushed.</summary>
    public static OtlpTarget? From(MetricsOptions options)
    {
        if (options.OtlpEndpoint is null && string.IsNullOrWhiteSpace(Environment.GetEnvironmentVariable(EndpointVariable)))
            return null;
        return new OtlpTarget(options.OtlpEndpoint, Parse(options.OtlpProtocol));
    }

    /// <param name="options">As the SDK made them from its environment variables.</param>
    /// <param name="signal"><c>metrics</c>, <c>traces</c> or <c>logs</c>; OTLP over HTTP wants it at the end of the path, gRPC does not.</param>
    public void Apply(OtlpExporterOptions options, string signal)
    {
        if (Protocol is { } protocol)
            options.Protocol = protocol;
        if (Endpoint is not null)
            options.Endpoint =
                options.Protocol == OtlpExportProtocol.Grpc ? Endpoint : new Uri($"{Endpoint.AbsoluteUri.TrimEnd('/')}/v1/{signal}");
    }

    /// <summary>Adds the exporter of log records, which speak for the same resource as metrics and traces.</summary>
    public void ExportLogs(OpenTelemetryLoggerOptions options)
    {
        var resource = ResourceBuilder.CreateEmpty();
        TelemetryResource.Describe(resource);
        options.SetResourceBuilder(resource).AddOtlpExporter(exporter => Apply(exporter, "logs"));
    }

    private static OtlpExportProtocol? Parse(string? protocol) =>
        protocol switch
        {
            null or "" => null,
            "grpc" => OtlpExportProtocol.Grpc,
            "http/protobuf" => OtlpExportProtocol.HttpProtobuf,
            _ => throw new FormatException($"Telemetry:OtlpProtocol: '{protocol}' is neither 'grpc' nor 'http/protobuf'."),
        };
}
