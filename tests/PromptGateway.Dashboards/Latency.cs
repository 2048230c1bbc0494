using System.Globalization;

namespace PromptGateway.Dashboards;

/// <summary>Quantiles over the recorded histograms.</summary>
internal static class Latency
{
    /// <param name="what"><c>request_duration</c>, <c>time_to_first_token</c> or <c>time_per_output_token</c>.</param>
    /// <param name="by">Further labels to keep.</param>
    public static string Quantile(double share, string what, string filter, params string[] by) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"histogram_quantile({share}, sum by ({string.Join(", ", by.Prepend("le"))}) (promptgateway:{what}_seconds_bucket:rate5m{{{filter}}}))"
        );

    /// <summary>For a single number: of no requests the quantile is no number, and the panel would show NaN.</summary>
    public static string OrNothing(string quantile) => quantile + " >= 0";
}
