using System.Text;
using PromptGateway.Usage;

namespace PromptGateway.Admin;

/// <summary><c>/admin/usage</c>.</summary>
internal static class UsageRoutes
{
    private static readonly Dictionary<string, bool> Formats = new() { ["json"] = false, ["csv"] = true };

    public static void Map(RouteGroupBuilder admin)
    {
        var usage = admin.MapGroup("/usage").WithTags("usage");
        usage
            .MapGet("", ReportAsync)
            .WithSummary("Sum up the ledger")
            .Query("group_by", string.Join(", ", UsageQueries.Groupings.Keys))
            .Query("key", "Only this key (id)")
            .Query("team", "Only this team")
            .Query("model", "Only this model, as sent upstream")
            .Query("upstream", "Only this upstream")
            .Query("from", "ISO 8601, inclusive")
            .Query("to", "ISO 8601, exclusive")
            .Query("format", "json (default) or csv")
            .Produces<UsageView>()
            .Problems(400);
        usage
            .MapGet("requests/{requestId}", FindAsync)
            .WithSummary("The ledger row of one request, by its x-request-id")
            .Produces<UsageRecordView>()
            .Problems(404);
    }

    private static async Task<IResult> ReportAsync(HttpContext context, IUsageLog ledger)
    {
        var reader = new QueryReader(context.Request.Query);
        var asCsv = reader.Choice("format", false, Formats);
        var query = UsageQueries.Read(reader);
        reader.ThrowIfFaulty();
        var report = await ledger.ReportAsync(query, context.RequestAborted);
        if (!asCsv)
            return TypedResults.Ok(UsageView.Of(query, report));
        var rows = query.GroupBy == UsageGrouping.None ? [report.Total] : report.Rows;
        return TypedResults.Text(UsageCsv.Write(rows.Select(UsageGroupView.Of)), "text/csv", Encoding.UTF8);
    }

    private static async Task<IResult> FindAsync(string requestId, HttpContext context, IUsageLog ledger) =>
        await ledger.FindAsync(requestId, context.RequestAborted) is { } record
            ? TypedResults.Ok(UsageRecordView.Of(record))
            : AdminProblem.Of(
                StatusCodes.Status404NotFound,
                $"The ledger has no request '{requestId}'. Rows are written within a second or so of the end of a request."
            );
}
