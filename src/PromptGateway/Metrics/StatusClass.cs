namespace PromptGateway.Metrics;

/// <summary>Statuses as labels show them: by class, so that there are few.</summary>
internal static class StatusClass
{
    /// <param name="status">An HTTP status; 0: there was none.</param>
    public static string Name(int status) =>
        (status / 100) switch
        {
            1 => "1xx",
            2 => "2xx",
            3 => "3xx",
            4 => "4xx",
            5 => "5xx",
            _ => status == 0 ? RequestSeriesTable.None : BoundedLabels.Unknown,
        };
}
