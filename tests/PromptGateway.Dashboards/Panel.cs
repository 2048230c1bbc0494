namespace PromptGateway.Dashboards;

/// <summary>One panel. Where it stands follows from its place in the dashboard's list.</summary>
internal sealed record Panel(PanelKind Kind, string Title, string Unit, string Description, Query[] Queries)
{
    /// <summary>Of 24 columns.</summary>
    public int Width { get; init; } = 8;

    /// <summary>Of about 38 pixels.</summary>
    public int Height { get; init; } = 8;
    public Threshold[] Colours { get; init; } = Thresholds.Neutral;

    /// <summary>Draws the thresholds into a panel of lines.</summary>
    public bool ShowsThresholds { get; init; }
    public bool Stacked { get; init; }
    public (string Series, string Colour)[] Palette { get; init; } = [];

    /// <summary>Of a table: the largest value first, or the least.</summary>
    public bool LargestFirst { get; init; } = true;
    public int? Decimals { get; init; }
    public double? Max { get; init; }

    /// <summary>Another time range than the dashboard's: <c>now/M</c> is this month so far.</summary>
    public string? TimeFrom { get; init; }

    /// <summary>What 0 and 1 are called, for states.</summary>
    public (string Zero, string One)? States { get; init; }

    public static Panel Stat(string title, string unit, string description, string expression) =>
        new(PanelKind.Stat, title, unit, description, [new(expression, title)]) { Width = 4, Height = 4 };

    public static Panel Lines(string title, string unit, string description, params Query[] queries) =>
        new(PanelKind.TimeSeries, title, unit, description, queries);

    public static Panel Stack(string title, string unit, string description, params Query[] queries) =>
        Lines(title, unit, description, queries) with
        {
            Stacked = true,
        };
}
