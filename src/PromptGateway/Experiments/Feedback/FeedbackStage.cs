using System.Data.Common;
using System.Text.Json;
using PromptGateway.Chat;
using PromptGateway.Endpoints;
using PromptGateway.Experiments.Switches;
using PromptGateway.Keys;
using PromptGateway.Prompts;
using PromptGateway.Prompts.Optimization;
using PromptGateway.Usage;

namespace PromptGateway.Experiments.Feedback;

/// <summary>Answers <c>POST /v1/feedback</c>: stores what the caller thought of an answer that the same key got.</summary>
internal sealed class FeedbackStage(
    RequestDelegate next,
    IFeedbackStore store,
    IUsageLog ledger,
    UsageWriter writer,
    TimeProvider time,
    ExperimentWatch watch,
    FeedbackLimit limit,
    ILogger<FeedbackStage> log
)
{
    private const int LargestBody = 32 * 1024;

    /// <summary>Few partitions of the ledger are looked into for an answer's own id.</summary>
    private static readonly TimeSpan ResponseIdsReachBack = TimeSpan.FromDays(7);
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public Task InvokeAsync(HttpContext context)
    {
        if (context.Noun<GatewayEndpoint>().Operation != Operation.Feedback)
            return next(context);
        if (HttpMethods.IsPost(context.Request.Method))
            return limit.TryTake(context.Noun<Caller>().Id) ? AnswerAsync(context) : context.RejectAsync(FeedbackRejection.TooMany);
        context.Response.Headers.Allow = HttpMethods.Post;
        return context.RejectAsync(FeedbackRejection.WrongMethod);
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var (body, rejection) = await BodyReading.ReadAsync(context.Request, LargestBody, context.RequestAborted);
        FeedbackRequest? request = null;
        if (body is not null)
            using (body)
                (request, rejection) = FeedbackReader.Read(body.Memory);
        if (request is not { } feedback)
        {
            await context.RejectAsync(rejection!);
            return;
        }
        AnswerFeedback? stored;
        try
        {
            stored = await StoreAsync(feedback, context.Noun<Caller>(), context.RequestAborted);
        }
        catch (Exception e) when (e is DbException or IOException)
        {
            log.LogWarning("Feedback cannot be stored: {Reason}", e.Message);
            await context.RejectAsync(FeedbackRejection.Unavailable);
            return;
        }
        if (stored is null)
        {
            await context.RejectAsync(FeedbackRejection.Unknown);
            return;
        }
        var answer = new
        {
            Object = "feedback",
            stored.RequestId,
            stored.Score,
            stored.Comment,
            CreatedAt = stored.GivenAt.ToUnixTimeSeconds(),
        };
        await context.Response.WriteAsJsonAsync(answer, Json, context.RequestAborted);
    }

    /// <summary>Null when the key has made no such request.</summary>
    private async Task<AnswerFeedback?> StoreAsync(FeedbackRequest feedback, Caller caller, CancellationToken cancellationToken)
    {
        if (await FindAsync(feedback.Id!, caller, cancellationToken) is not { } row)
            return null;
        var stored = new AnswerFeedback
        {
            RequestId = row.RequestId,
            KeyId = row.KeyId,
            GivenAt = time.GetUtcNow(),
            Score = feedback.Score!.Value,
            Comment = feedback.Comment,
        };
        // Whoever says something and leaves has still said it.
        await store.PutAsync(stored, CancellationToken.None);
        watch.ObserveFeedback(row, stored.Score);
        return stored;
    }

    /// <summary>The row of a request that this key has made; the one that is just being written too.</summary>
    private async Task<UsageRecord?> FindAsync(string id, Caller caller, CancellationToken cancellationToken)
    {
        if (await FindWrittenAsync(id, caller, cancellationToken) is { } row)
            return row;
        await writer.FlushAsync(cancellationToken);
        return await FindWrittenAsync(id, caller, cancellationToken);
    }

    private async Task<UsageRecord?> FindWrittenAsync(string id, Caller caller, CancellationToken cancellationToken)
    {
        var requestId = RequestIdOf(id);
        if (requestId is null)
        {
            var since = time.GetUtcNow() - ResponseIdsReachBack;
            requestId = await store.FindRequestAsync(caller.Id, id, since, cancellationToken);
        }
        if (requestId is null || await ledger.FindAsync(requestId, cancellationToken) is not { } row)
            return null;
        return row.KeyId == caller.Id ? row : null;
    }

    /// <summary>Null for an answer's own id.</summary>
    private static string? RequestIdOf(string id) =>
        id.StartsWith("req_", StringComparison.Ordinal) ? id : OptimizationHeaders.RequestIdOf(id);
}
