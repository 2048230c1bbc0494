using System.Buffers;
using System.Globalization;
using System.Text;

namespace PromptGateway.Metrics;

/// <summary>Writes the Prometheus text format 0.0.4, or OpenMetrics 1.0, as UTF-8, line by line.</summary>
internal sealed class PrometheusText(IBufferWriter<byte> output, bool openMetrics = false)
{
    private const string CounterSuffix = "_total";

    public void Header(string name, string type, string help)
    {
        // In OpenMetrics the ending belongs to the sample, not to the metric.
        var metric =
            openMetrics && type == "counter" && name.EndsWith(CounterSuffix, StringComparison.Ordinal)
                ? name.AsSpan(0, name.Length - CounterSuffix.Length)
                : name;
        Raw("# HELP ");
        Raw(metric);
        Raw(" ");
        Escaped(help, quotes: openMetrics);
        Raw("\n# TYPE ");
        Raw(metric);
        Raw(" ");
        Raw(type);
        Raw("\n");
    }

    /// <param name="text">One line without line breaks. OpenMetrics has no comments, so there it is left out.</param>
    public void Comment(string text)
    {
        if (openMetrics)
            return;
        Raw("# ");
        Escaped(text, quotes: false);
        Raw("\n");
    }

    /// <summary>OpenMetrics says where it ends, so that half an answer is not taken for a whole one.</summary>
    public void End()
    {
        if (openMetrics)
            Raw("# EOF\n");
    }

    /// <summary>Starts a sample; follow it with labels and then its value.</summary>
    public void Sample(string name, string suffix = "")
    {
        Raw(name);
        Raw(suffix);
    }

    public void Label(string name, string value, ref bool first)
    {
        Raw(first ? "{" : ",");
        first = false;
        Raw(name);
        Raw("=\"");
        Escaped(value, quotes: true);
        Raw("\"");
    }

    public void Value(double value, bool first)
    {
        Raw(first ? " " : "} ");
        Number(value);
        Raw("\n");
    }

    public void Value(long value, bool first)
    {
        Raw(first ? " " : "} ");
        var span = output.GetSpan(24);
        value.TryFormat(span, out var written, default, CultureInfo.InvariantCulture);
        output.Advance(written);
        Raw("\n");
    }

    /// <summary>The spelling of a bucket's bound: <c>0.005</c>, <c>1</c>, <c>+Inf</c>.</summary>
    public static string Bound(double bound) =>
        double.IsPositiveInfinity(bound) ? "+Inf" : bound.ToString("R", CultureInfo.InvariantCulture);

    private void Number(double value)
    {
        if (!double.IsFinite(value))
        {
            Raw(
                double.IsNaN(value) ? "NaN"
                : value > 0 ? "+Inf"
                : "-Inf"
            );
            return;
        }
        var span = output.GetSpan(32);
        value.TryFormat(span, out var written, "R", CultureInfo.InvariantCulture);
        output.Advance(written);
    }

    private void Escaped(string value, bool quotes)
    {
        var rest = value.AsSpan();
        while (rest.IndexOfAny('\\', '\n', '"') is >= 0 and var at)
        {
            Raw(rest[..at]);
            Raw(
                rest[at] switch
                {
                    '\n' => "\\n",
                    '\\' => "\\\\",
                    _ => quotes ? "\\\"" : "\"",
                }
            );
            rest = rest[(at + 1)..];
        }
        Raw(rest);
    }

    private void Raw(ReadOnlySpan<char> value) => Encoding.UTF8.GetBytes(value, output);
}
