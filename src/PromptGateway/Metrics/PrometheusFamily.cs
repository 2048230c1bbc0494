using System.Globalization;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace PromptGateway.Metrics;

/// <summary>One metric of the text format: a name, a type, and a sample for each of its series.</summary>
internal sealed record PrometheusFamily(string Name, string Type)
{
    /// <summary>.NET declares these as counters that only grow, and reports how many there are at the moment.</summary>
    private static readonly string[] MistakenCounters = ["dotnet.thread_pool.threads", "dotnet.thread_pool.queue.length"];

    /// <summary>Null when the text format has no such type.</summary>
    public static PrometheusFamily? Of(Metric metric) =>
        metric.MetricType switch
        {
            MetricType.LongSum when MistakenCounters.Contains(metric.Name) => new(NameOf(metric, counter: false, gauge: true), "gauge"),
            MetricType.LongSum or MetricType.DoubleSum => new(NameOf(metric, counter: true, gauge: false), "counter"),
            MetricType.LongSumNonMonotonic or MetricType.DoubleSumNonMonotonic or MetricType.LongGauge or MetricType.DoubleGauge => new(
                NameOf(metric, counter: false, gauge: true),
                "gauge"
            ),
            MetricType.Histogram => new(NameOf(metric, counter: false, gauge: false), "histogram"),
            _ => null,
        };

    public void Write(PrometheusText text, Metric metric)
    {
        text.Header(Name, Type, string.IsNullOrEmpty(metric.Description) ? metric.Name : metric.Description);
        foreach (ref readonly var point in metric.GetMetricPoints())
        {
            if (metric.MetricType == MetricType.Histogram)
                WriteHistogram(text, in point);
            else
                WriteNumber(text, metric.MetricType, in point);
        }
    }

    private void WriteNumber(PrometheusText text, MetricType type, ref readonly MetricPoint point)
    {
        text.Sample(Name);
        var first = WriteTags(text, point.Tags);
        switch (type)
        {
            case MetricType.LongSum or MetricType.LongSumNonMonotonic:
                text.Value(point.GetSumLong(), first);
                break;
            case MetricType.DoubleSum or MetricType.DoubleSumNonMonotonic:
                text.Value(point.GetSumDouble(), first);
                break;
            case MetricType.LongGauge:
                text.Value(point.GetGaugeLastValueLong(), first);
                break;
            default:
                text.Value(point.GetGaugeLastValueDouble(), first);
                break;
        }
    }

    private void WriteHistogram(PrometheusText text, ref readonly MetricPoint point)
    {
        long below = 0;
        foreach (var bucket in point.GetHistogramBuckets())
        {
            below += bucket.BucketCount;
            text.Sample(Name, "_bucket");
            var first = WriteTags(text, point.Tags);
            text.Label("le", PrometheusText.Bound(bucket.ExplicitBound), ref first);
            text.Value(below, first);
        }
        text.Sample(Name, "_sum");
        text.Value(point.GetHistogramSum(), WriteTags(text, point.Tags));
        text.Sample(Name, "_count");
        text.Value(point.GetHistogramCount(), WriteTags(text, point.Tags));
    }

    private static bool WriteTags(PrometheusText text, ReadOnlyTagCollection tags)
    {
        var first = true;
        foreach (var (name, value) in tags)
            text.Label(PrometheusNames.Label(name), Convert.ToString(value, CultureInfo.InvariantCulture) ?? "", ref first);
        return first;
    }

    private static string NameOf(Metric metric, bool counter, bool gauge) =>
        PrometheusNames.Metric(metric.Name, metric.Unit, counter, gauge);
}
