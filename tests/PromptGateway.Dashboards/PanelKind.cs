namespace PromptGateway.Dashboards;

internal enum PanelKind
{
    /// <summary>Lines over time.</summary>
    TimeSeries,

    /// <summary>One number, the newest.</summary>
    Stat,

    /// <summary>A bar for each series, the newest value.</summary>
    BarGauge,

    /// <summary>A coloured band for each series: states over time.</summary>
    StateTimeline,

    /// <summary>A row for each series, the newest value.</summary>
    Table,
}
