using OpenTelemetry.Exporter;
using PromptGateway.Metrics;

namespace PromptGateway.Tests.Metrics;

public sealed class OtlpTargetTests
{
    [Theory]
    [InlineData("http://127.0.0.1:4318", OtlpExportProtocol.HttpProtobuf, "http://127.0.0.1:4318/v1/traces")]
    [InlineData("https://collector.example/otlp", OtlpExportProtocol.HttpProtobuf, "https://collector.example/otlp/v1/traces")]
    [InlineData("https://collector.example/otlp/", OtlpExportProtocol.HttpProtobuf, "https://collector.example/otlp/v1/traces")]
    [InlineData("http://127.0.0.1:4317", OtlpExportProtocol.Grpc, "http://127.0.0.1:4317/")]
    public void Apply_AddressOfACollector_IsWhereTheSignalGoes(string endpoint, OtlpExportProtocol protocol, string expected)
    {
        var options = new OtlpExporterOptions();

        new OtlpTarget(new Uri(endpoint), protocol).Apply(options, "traces");

        options.Endpoint.AbsoluteUri.ShouldBe(expected);
    }
}
