using PromptGateway.Budgets;
using PromptGateway.Chat;
using PromptGateway.Keys;
using PromptGateway.Metrics;
using PromptGateway.Routing;
using PromptGateway.Usage;

namespace PromptGateway.Objects;

/// <summary>
/// Charges what is told after the request that caused it: exactly once, to the key that made the object, in rows of their own
/// (decision 0025).
/// </summary>
internal sealed class ObjectCharge(
    IObjectStore store,
    IUsageLog ledger,
    UsageWriter writer,
    BudgetBook book,
    BudgetOptions budgets,
    KeyRing keys,
    UpstreamCatalog catalog,
    GatewayMetrics metrics,
    TimeProvider time,
    ILogger<ObjectCharge> log
)
{
    /// <summary>Of the rows' ids, behind the id of the request that made the object.</summary>
    private const string Suffix = ".result";

    /// <summary>A row takes less than that from the claim to the ledger, if the database works at all.</summary>
    private static readonly TimeSpan OnItsWay = TimeSpan.FromMinutes(1);

    /// <summary>
    /// It is still to be charged. That may be so after it was claimed: a gateway that was killed between the claim and the row has left
    /// the row to the next reader.
    /// </summary>
    public async Task<bool> IsDueAsync(StoredObject made, CancellationToken cancellationToken) =>
        made.IsPending
        && (
            made.ChargedAt is not { } claimed
            || (time.GetUtcNow() - claimed > OnItsWay && await ledger.FindAsync(RowId(made, 0), cancellationToken) is null)
        );

    /// <param name="made">Its result has just been read.</param>
    /// <param name="parts">What it has used.</param>
    /// <param name="cancellationToken">Gives up before anything is charged.</param>
    public async Task ChargeAsync(StoredObject made, IReadOnlyList<ModelUsage> parts, CancellationToken cancellationToken)
    {
        if (made.Kind == "responses" && parts is [var whole])
            parts = [whole with { Usage = await RestAsync(made, whole.Usage, cancellationToken) }];
        if (await store.ClaimAsync(made.Id, time.GetUtcNow(), cancellationToken) is not { } claim)
            return;
        if (!claim.IsFirst && await ledger.FindAsync(RowId(made, 0), cancellationToken) is not null)
            return;
        // The first row comes last: where it is, all are.
        for (var i = parts.Count - 1; i >= 0; i--)
            await WriteAsync(made, parts[i], RowId(made, i), claim);
    }

    /// <summary>Without what the request that made it was charged: the part of its stream that had passed when it broke off.</summary>
    private async Task<TokenUsage> RestAsync(StoredObject made, TokenUsage whole, CancellationToken cancellationToken)
    {
        var row = await ledger.FindAsync(made.RequestId, cancellationToken);
        if (row is null)
        {
            // It may be on its way.
            await writer.FlushAsync(cancellationToken);
            row = await ledger.FindAsync(made.RequestId, cancellationToken);
        }
        if (row is not { Usage: { TotalTokens: > 0 } charged })
            return whole;
        var (input, output) = (
            Math.Max(0, whole.InputTokens - charged.InputTokens),
            Math.Max(0, whole.OutputTokens - charged.OutputTokens)
        );
        return whole with
        {
            InputTokens = input,
            CachedInputTokens = Math.Min(whole.CachedInputTokens, input),
            CacheWriteTokens = Math.Min(whole.CacheWriteTokens, input),
            OutputTokens = output,
            ReasoningTokens = Math.Min(whole.ReasoningTokens, output),
        };
    }

    private static string RowId(StoredObject made, int part) => made.RequestId + Suffix + (part == 0 ? "" : (part + 1).ToString("d"));

    private async Task WriteAsync(StoredObject made, ModelUsage part, string id, ChargeClaim claim)
    {
        var caller = Maker(made);
        var upstream = catalog.Current.Upstreams.FirstOrDefault(u => u.Id == made.Upstream);
        var model = part.Model ?? made.UpstreamModel;
        var row = new UsageRecord
        {
            RequestId = id,
            StartedAt = claim.At,
            KeyId = made.KeyId,
            KeyName = made.KeyName,
            Team = made.Team,
            Upstream = made.Upstream,
            Provider = upstream?.Provider.Name,
            Operation = made.Kind == "batches" ? "batch" : "responses",
            Endpoint = "/v1/" + made.Kind,
            RequestedModel = made.RequestedModel ?? model,
            UpstreamModel = made.UpstreamModel ?? model,
            ResponseModel = part.Model,
            Status = 200,
            Outcome = Outcome.Ok.Name(),
            Usage = part.Usage,
            UsageSource = UsageSource.Provider,
            CostNanoUsd = Cost(made, caller, upstream, part),
            ResponseId = made.Id,
            Session = made.Session,
        };
        // Only the first may book: the budgets of a process that was killed are read from the ledger anew.
        using var reservation = claim.IsFirst ? await ReserveAsync(caller, row) : null;
        await writer.WriteAsync(row with { Booking = reservation });
        if (claim.IsFirst)
            Measure(row);
    }

    private void Measure(UsageRecord row)
    {
        metrics.Charge(
            new RequestMeasurement
            {
                Operation = row.Operation,
                Outcome = row.Outcome,
                Status = row.Status,
                Upstream = row.Upstream,
                Provider = row.Provider,
                OriginalModel = row.RequestedModel,
                RequestModel = row.UpstreamModel,
                ResponseModel = row.ResponseModel,
                Key = row.KeyName,
                Team = row.Team,
                UsageSource = "provider",
                InputTokens = row.Usage.InputTokens,
                CachedInputTokens = row.Usage.CachedInputTokens,
                CacheWriteTokens = row.Usage.CacheWriteTokens + row.Usage.CacheWrite1hTokens,
                OutputTokens = row.Usage.OutputTokens,
                ReasoningTokens = row.Usage.ReasoningTokens,
                CostNanoUsd = row.CostNanoUsd,
            }
        );
        if (row.CostNanoUsd is null)
            metrics.PriceUnknown(row.Upstream!, row.UpstreamModel);
    }

    private long? Cost(StoredObject made, Caller caller, Upstream? upstream, ModelUsage part)
    {
        var price =
            upstream is null || (made.UpstreamModel ?? part.Model) is not { } model ? null : catalog.Current.PriceOf(upstream, model);
        if (book.Concerns(caller))
            price ??= budgets.UnknownPrice;
        var full = price?.CostNanoUsd(part.Usage);
        if (made.Kind != "batches" || full is null)
            return full;
        // Rounded up, like every cost.
        return (long)(((Int128)full * (100 - (upstream?.BatchDiscount ?? Upstream.UsualBatchDiscount)) + 99) / 100);
    }

    private async Task<Reservation?> ReserveAsync(Caller caller, UsageRecord row)
    {
        try
        {
            return await book.ChargeAsync(caller, row, CancellationToken.None);
        }
        catch (Exception e)
        {
            // The row is what counts; budgets are read from the ledger again at the next start.
            log.LogError(e, "The budgets of {Key} could not be charged with {RequestId}", row.KeyId, row.RequestId);
            return null;
        }
    }

    /// <summary>As of then: the key may be in another team now, or deleted. The row has the team of that time, and so have its budgets.</summary>
    private Caller Maker(StoredObject made) =>
        keys.FindCaller(made.KeyId) is { } caller && caller.Team == made.Team
            ? caller
            : new Caller
            {
                Key = keys.FindCaller(made.KeyId)?.Key,
                Id = made.KeyId,
                Name = made.KeyName ?? made.KeyId,
                Team = made.Team,
            };
}
