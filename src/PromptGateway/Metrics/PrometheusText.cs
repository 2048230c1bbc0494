using System.Buffers;
using System.Globalization;
using System.Text;

namespace PromptGateway.Metrics;

/// <summary>Writes the Prometheus text format 0.0.4 as UTF-8, line by line.</summary>
internal sealed class PrometheusText(IBufferWriter<byte> output)
{
    public void Header(string name, string type, string help)
    {
        Raw("# HELP ");
        Raw(name);
        Raw(" ");
        Escaped(help, quotes: false);
        Raw("\n# TYPE ");
        Raw(name);
        Raw(" ");
        Raw(type);
        Raw("\n");
    }

    /// <param name="text">One line without line breaks.</param>
    public void Comment(string text)
    {
        Raw("# ");
        Escaped(text, quotes: false);
        Raw("\n");
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
