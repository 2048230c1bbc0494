using OpenTelemetry.Resources;

namespace PromptGateway.Metrics;

/// <summary>Who is speaking, for metrics and traces alike; <c>OTEL_SERVICE_NAME</c> and <c>OTEL_RESOURCE_ATTRIBUTES</c> win.</summary>
internal static class TelemetryResource
{
    public static void Describe(ResourceBuilder resource) =>
        resource
            .Clear()
            .AddService(
                "promptgateway",
                serviceVersion: typeof(TelemetryResource).Assembly.GetName().Version?.ToString(3),
                autoGenerateServiceInstanceId: false
            )
            .AddTelemetrySdk()
            .AddEnvironmentVariableDetector();
}
