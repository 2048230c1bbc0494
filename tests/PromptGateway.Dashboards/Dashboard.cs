namespace PromptGateway.Dashboards;

/// <summary>One dashboard, before it is laid out and written.</summary>
/// <param name="Uid">Stable: links and bookmarks hold it. Also the file's name.</param>
internal sealed record Dashboard(string Uid, string Title, string Description, Variable[] Variables, Section[] Sections)
{
    public string TimeRange { get; init; } = "now-3h";

    public static readonly Dashboard[] All =
    [
        OverviewDashboard.Create(),
        SpendDashboard.Create(),
        SavingsDashboard.Create(),
        UpstreamsDashboard.Create(),
        LimitsDashboard.Create(),
        InternalsDashboard.Create(),
    ];
}
