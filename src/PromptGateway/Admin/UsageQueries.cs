using PromptGateway.Usage;

namespace PromptGateway.Admin;

/// <summary>Usage queries as query parameters, shared with the command line.</summary>
internal static class UsageQueries
{
    public static readonly IReadOnlyDictionary<string, UsageGrouping> Groupings = Enum.GetValues<UsageGrouping>()
        .ToDictionary(NameOf, StringComparer.Ordinal);

    public static string NameOf(UsageGrouping grouping) => grouping.ToString().ToLowerInvariant();

    /// <summary>Faults stay in the reader.</summary>
    public static UsageQuery Read(QueryReader query)
    {
        var read = new UsageQuery
        {
            GroupBy = query.Choice("group_by", UsageGrouping.None, Groupings),
            From = query.Time("from"),
            To = query.Time("to"),
            Key = query.Text("key"),
            Team = query.Text("team"),
            Model = query.Text("model"),
            Upstream = query.Text("upstream"),
        };
        if (read.From >= read.To)
            query.Fault("to", "must be later than from");
        return read;
    }
}
