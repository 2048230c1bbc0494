using System.Text;

namespace PromptGateway.Metrics;

/// <summary>From OpenTelemetry's names to Prometheus': underscores, the unit spelled out, <c>_total</c> for counters.</summary>
internal static class PrometheusNames
{
    public static string Metric(string name, string? unit, bool counter, bool gauge)
    {
        var result = Sanitize(name);
        if (UnitWord(unit, gauge) is { Length: > 0 } word && !result.EndsWith("_" + word, StringComparison.Ordinal))
            result = $"{result}_{word}";
        return counter && !result.EndsWith("_total", StringComparison.Ordinal) ? result + "_total" : result;
    }

    public static string Label(string name) => Sanitize(name);

    private static string UnitWord(string? unit, bool gauge)
    {
        if (string.IsNullOrEmpty(unit) || unit.StartsWith('{'))
            return "";
        if (unit.IndexOf('/') is > 0 and var slash)
            return $"{UnitWord(unit[..slash], gauge: false)}_per_{PerWord(unit[(slash + 1)..])}";
        return unit switch
        {
            "1" => gauge ? "ratio" : "",
            "s" => "seconds",
            "ms" => "milliseconds",
            "us" => "microseconds",
            "ns" => "nanoseconds",
            "min" => "minutes",
            "h" => "hours",
            "d" => "days",
            "By" => "bytes",
            "KiBy" => "kibibytes",
            "MiBy" => "mebibytes",
            "%" => "percent",
            _ => Sanitize(unit),
        };
    }

    private static string PerWord(string unit) =>
        unit switch
        {
            "s" => "second",
            "min" => "minute",
            "h" => "hour",
            "d" => "day",
            _ => Sanitize(unit),
        };

    private static string Sanitize(string name)
    {
        var result = new StringBuilder(name.Length + 1);
        foreach (var c in name)
        {
            if (char.IsAsciiDigit(c) && result.Length == 0)
                result.Append('_');
            if (char.IsAsciiLetterOrDigit(c))
                result.Append(c);
            else if (result.Length == 0 || result[^1] != '_')
                result.Append('_');
        }
        return result.ToString();
    }
}
