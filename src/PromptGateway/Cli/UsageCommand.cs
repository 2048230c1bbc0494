using System.CommandLine;
using System.Globalization;
using PromptGateway.Admin;
using PromptGateway.Usage;

namespace PromptGateway.Cli;

/// <summary><c>promptgateway usage</c>: sums up the ledger, as <c>GET /admin/usage</c> does.</summary>
internal static class UsageCommand
{
    private static readonly string[] Header =
    [
        "group",
        ">requests",
        ">errors",
        ">input",
        ">cached",
        ">output",
        ">cost usd",
        ">avg usd",
        ">unpriced",
        ">p50 ms",
        ">p95 ms",
        ">p99 ms",
        ">ttft p50",
        ">ttft p95",
    ];

    public static Command Create()
    {
        var groupBy = new Option<string>("--group-by")
        {
            Description = $"What a line stands for: {string.Join(", ", UsageQueries.Groupings.Keys)}",
            DefaultValueFactory = _ => "model",
        };
        groupBy.AcceptOnlyFromAmong([.. UsageQueries.Groupings.Keys]);
        var key = new Option<string?>("--key") { Description = "Only this key (id)" };
        var team = new Option<string?>("--team") { Description = "Only this team" };
        var model = new Option<string?>("--model") { Description = "Only this model (as sent upstream)" };
        var upstream = new Option<string?>("--upstream") { Description = "Only this upstream" };
        var from = new Option<string?>("--from") { Description = "From this time on: 2027-01-31 or 2027-01-31T12:00:00Z" };
        var to = new Option<string?>("--to") { Description = "Before this time" };
        return StoreCommand.Define(
            new Command("usage", "Show what was used and what it cost") { groupBy, key, team, model, upstream, from, to },
            new StoreOptions(),
            creates: false,
            async (store, parsed, cancellationToken) =>
            {
                var query = new UsageQuery
                {
                    GroupBy = UsageQueries.Groupings[parsed.GetRequiredValue(groupBy)],
                    Key = parsed.GetValue(key),
                    Team = parsed.GetValue(team),
                    Model = parsed.GetValue(model),
                    Upstream = parsed.GetValue(upstream),
                    From = Time(parsed, from),
                    To = Time(parsed, to),
                };
                if (query.From >= query.To)
                    throw new FormatException($"{to.Name} must be later than {from.Name}.");
                var report = await store.Get<IUsageLog>().ReportAsync(query, cancellationToken);
                return store.Show(
                    UsageView.Of(query, report),
                    output =>
                        TextTable.Write(output, Header, [.. report.Rows.Append(report.Total).Select(row => Cells(UsageGroupView.Of(row)))])
                );
            }
        );
    }

    private static string[] Cells(UsageGroupView row) =>
        [
            row.Name is { } name ? $"{name} ({row.Group})" : row.Group,
            Text(row.Requests),
            Text(row.Errors),
            Text(row.InputTokens),
            Text(row.CachedInputTokens),
            Text(row.OutputTokens),
            row.CostUsd.ToString("0.000000", CultureInfo.InvariantCulture),
            row.AvgCostPerRequest.ToString("0.000000", CultureInfo.InvariantCulture),
            Text(row.UnpricedRequests),
            Milliseconds(row.LatencyMs.P50),
            Milliseconds(row.LatencyMs.P95),
            Milliseconds(row.LatencyMs.P99),
            Milliseconds(row.FirstTokenMs?.P50),
            Milliseconds(row.FirstTokenMs?.P95),
        ];

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Milliseconds(double? value) => value?.ToString("0.0", CultureInfo.InvariantCulture) ?? "-";

    private static DateTimeOffset? Time(ParseResult parsed, Option<string?> option) =>
        parsed.GetValue(option) is not { } text ? null
        : IsoTime.TryParse(text, out var time) ? time
        : throw new FormatException($"{option.Name} '{text}' cannot be read; write 2027-01-31 or 2027-01-31T12:00:00Z.");
}
