namespace PromptGateway.Dashboards;

/// <summary>Colours of series by their names, so that the same thing looks the same in every panel.</summary>
internal static class Palettes
{
    public static readonly (string Series, string Colour)[] Outcomes =
    [
        ("ok", "green"),
        ("refused", "yellow"),
        ("client_closed", "blue"),
        ("upstream_error", "red"),
        ("upstream_unreachable", "dark-red"),
        ("upstream_timeout", "orange"),
        ("upstream_cut", "purple"),
        ("internal", "dark-purple"),
    ];

    public static readonly (string Series, string Colour)[] Quantiles = [("p50", "green"), ("p95", "yellow"), ("p99", "red")];
}
