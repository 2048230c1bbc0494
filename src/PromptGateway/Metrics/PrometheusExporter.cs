using System.Buffers;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace PromptGateway.Metrics;

/// <summary>
/// Exports what the OpenTelemetry SDK has collected in Prometheus' text format, when pulled. It names things as OpenTelemetry's
/// own Prometheus exporter does, so that one may replace the other.
/// </summary>
[ExportModes(ExportModes.Pull)]
internal sealed class PrometheusExporter : BaseExporter<Metric>, IPullMetricExporter
{
    /// <summary>Set by the reader that owns this exporter.</summary>
    public Func<int, bool>? Collect { get; set; }

    /// <summary>Where <see cref="Export"/> writes; the caller of <see cref="Collect"/> sets it, one scrape at a time.</summary>
    public IBufferWriter<byte>? Output { get; set; }

    /// <summary>Set like <see cref="Output"/>: whether it is written as OpenMetrics.</summary>
    public bool OpenMetrics { get; set; }

    public override ExportResult Export(in Batch<Metric> batch)
    {
        if (Output is not { } output)
            return ExportResult.Failure;
        var text = new PrometheusText(output, OpenMetrics);
        var families = new HashSet<string>(StringComparer.Ordinal);
        WriteTarget(text);
        foreach (var metric in batch)
            WriteOnce(text, metric, families);
        text.End();
        return ExportResult.Success;
    }

    private void WriteTarget(PrometheusText text)
    {
        text.Header("target_info", "gauge", "What is scraped here.");
        text.Sample("target_info");
        var first = true;
        foreach (var (name, value) in ParentProvider?.GetResource().Attributes ?? [])
        {
            // The SDK's version is of no use on a time series, and changes it with each update.
            if (!name.StartsWith("telemetry.", StringComparison.Ordinal))
                text.Label(PrometheusNames.Label(name), value.ToString() ?? "", ref first);
        }
        text.Value(1, first);
    }

    private static void WriteOnce(PrometheusText text, Metric metric, HashSet<string> families)
    {
        var family = PrometheusFamily.Of(metric);
        if (family is null)
            text.Comment($"left out: {metric.Name} is of type {metric.MetricType}, which the text format cannot say");
        else if (!families.Add(family.Name))
            text.Comment($"left out: {metric.Name} of {metric.MeterName}, because {family.Name} is taken");
        else
            family.Write(text, metric);
    }
}
