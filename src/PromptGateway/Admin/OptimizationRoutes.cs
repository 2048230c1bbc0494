using System.Text;
using System.Text.Json;
using PromptGateway.Experiments.Report;
using PromptGateway.Routing;
using PromptGateway.Usage;

namespace PromptGateway.Admin;

/// <summary><c>/admin/optimization</c>.</summary>
internal static class OptimizationRoutes
{
    private static readonly Dictionary<string, Func<SavingsReport, string>?> Formats = new()
    {
        ["json"] = null,
        ["csv"] = OptimizationCsv.WriteGroups,
        ["csv-shadow"] = OptimizationCsv.WriteShadow,
        ["csv-arms"] = OptimizationCsv.WriteArms,
    };
    private static readonly Dictionary<string, ReportGrouping> Groupings = Enum.GetValues<ReportGrouping>()
        .ToDictionary(NameOf, StringComparer.Ordinal);

    public static string NameOf(ReportGrouping grouping) => JsonNamingPolicy.SnakeCaseLower.ConvertName(grouping.ToString());

    public static void Map(RouteGroupBuilder admin)
    {
        var optimization = admin.MapGroup("/optimization").WithTags("optimization");
        optimization
            .MapGet("report", ReportAsync)
            .WithSummary("What optimization saved and cost, and how the arms of experiments compare")
            .Query("group_by", string.Join(", ", Groupings.Keys) + " (default policy)")
            .Query("policy", "Only this policy")
            .Query("key", "Only this key (id)")
            .Query("team", "Only this team")
            .Query("model", "Only this model, as sent upstream")
            .Query("from", "ISO 8601, inclusive")
            .Query("to", "ISO 8601, exclusive")
            .Query("format", string.Join(", ", Formats.Keys))
            .Produces<SavingsReportView>()
            .Problems(400);
    }

    private static async Task<IResult> ReportAsync(HttpContext context, IOptimizationLog log)
    {
        var reader = new QueryReader(context.Request.Query);
        var asCsv = reader.Choice("format", null, Formats);
        var query = Read(reader);
        reader.ThrowIfFaulty();
        var snapshot = context.RequestServices.GetRequiredService<UpstreamCatalog>().Current;
        var builder = new ReportBuilder(query.GroupBy, record => PriceOf(snapshot, record), query.Policy);
        await log.ReadAsync(query, builder.Add, context.RequestAborted);
        var report = builder.Result();
        return asCsv is null
            ? TypedResults.Ok(SavingsReportView.Of(query, report))
            : TypedResults.Text(asCsv(report), "text/csv", Encoding.UTF8);
    }

    private static ReportQuery Read(QueryReader query)
    {
        var read = new ReportQuery
        {
            GroupBy = query.Choice("group_by", ReportGrouping.Policy, Groupings),
            From = query.Time("from"),
            To = query.Time("to"),
            Policy = query.Text("policy"),
            Key = query.Text("key"),
            Team = query.Text("team"),
            Model = query.Text("model"),
        };
        if (read.From >= read.To)
            query.Fault("to", "must be later than from");
        return read;
    }

    /// <summary>Today's prices: the ledger keeps what requests cost, not what tokens did.</summary>
    private static ModelPrice? PriceOf(CatalogSnapshot catalog, UsageRecord record)
    {
        if ((record.RequestedModel ?? record.UpstreamModel) is not { } name || catalog.Resolve(name) is not { } resolution)
            return null;
        foreach (var target in resolution.All)
            if (target.Model == record.UpstreamModel)
                return target.Price;
        return null;
    }
}
