using PromptGateway.Chat;
using PromptGateway.Endpoints;
using PromptGateway.Keys;
using PromptGateway.Logging;
using PromptGateway.Metrics;
using PromptGateway.Prompts.Optimization;
using PromptGateway.Routing;

namespace PromptGateway.Usage;

/// <summary>A request that is over, ready for metrics and ledger.</summary>
internal readonly struct FinishedRequest
{
    private readonly HttpContext _context;
    private readonly UsageTally _tally;
    private readonly Outcome _outcome;
    private readonly TimeProvider _time;
    private readonly long _endedAt;
    private readonly GatewayEndpoint _endpoint;
    private readonly Caller? _caller;

    public FinishedRequest(HttpContext context, UsageTally tally, Outcome outcome, TimeProvider time)
    {
        (_context, _tally, _outcome, _time) = (context, tally, outcome, time);
        _endedAt = time.GetTimestamp();
        _endpoint = context.Noun<GatewayEndpoint>();
        _caller = context.FindNoun<Caller>();
        Optimization = context.FindNoun<PromptOptimization>();
        CostNanoUsd = tally.CostNanoUsd;
    }

    /// <summary>Null when no policy looked at the prompt.</summary>
    public PromptOptimization? Optimization { get; }

    /// <summary>Null when the price is unknown.</summary>
    public long? CostNanoUsd { get; }

    public bool HasUnknownPrice => CostNanoUsd is null && _tally.Target is not null;

    /// <summary>Where it went; of a refused one, where it would have gone.</summary>
    private Target? Target => _tally.Target ?? _context.FindNoun<TargetList>()?[0];

    private string? ErrorCode => _outcome == Outcome.Ok ? null : _context.FindNoun<Rejection>()?.Code;

    private TimeSpan Duration => _time.GetElapsedTime(_tally.StartedAt, _endedAt);

    private TimeSpan? FirstToken => _tally.FirstByteAt == 0 ? null : _time.GetElapsedTime(_tally.StartedAt, _tally.FirstByteAt);

    /// <summary>499 is nginx's word for a client that left; no client sees it.</summary>
    private int Status => _outcome == Outcome.ClientClosed ? 499 : _context.Response.StatusCode;

    /// <summary>The gateway's own time: until the request left, without waiting for the client's body.</summary>
    private TimeSpan Overhead =>
        _tally.SentAt == 0
            ? Duration
            : _time.GetElapsedTime(_tally.StartedAt + _tally.ClientWait, Math.Max(_tally.SentAt, _tally.StartedAt + _tally.ClientWait));

    public RequestMeasurement Measure()
    {
        var usage = _tally.Usage;
        var upstream = _tally.Target?.Upstream;
        return new RequestMeasurement
        {
            Operation = _endpoint.OperationName,
            Outcome = _outcome.Name(),
            Status = Status,
            Upstream = upstream?.Id,
            Provider = upstream?.Provider.Name,
            OriginalModel = Target is null ? null : _tally.RequestedModel ?? _context.FindNoun<RequestedModel>()?.Name,
            RequestModel = Target?.Model,
            ResponseModel = _tally.ResponseModel,
            Key = _caller?.Name,
            Team = _caller?.Team,
            ErrorType = _outcome == Outcome.Ok ? null : _outcome.Name(),
            UsageSource = SourceName(_tally.Source),
            InputTokens = usage.InputTokens,
            CachedInputTokens = usage.CachedInputTokens,
            CacheWriteTokens = usage.CacheWriteTokens + usage.CacheWrite1hTokens,
            OutputTokens = usage.OutputTokens,
            ReasoningTokens = usage.ReasoningTokens,
            CostNanoUsd = CostNanoUsd,
            Duration = Duration,
            FirstToken = FirstToken,
            Overhead = Overhead,
        };
    }

    public RequestLine ToLine(string? traceId) =>
        new()
        {
            FinishedAt = _time.GetUtcNow(),
            RequestId = _context.TraceIdentifier,
            Operation = _endpoint.OperationName,
            Outcome = _outcome.Name(),
            Status = Status,
            ErrorCode = ErrorCode,
            KeyId = _caller?.Id,
            Model = _tally.Target?.Model ?? _context.FindNoun<RequestedModel>()?.Name,
            Upstream = _tally.Target?.Upstream.Id,
            Attempts = _tally.Attempts,
            InputTokens = _tally.Usage.InputTokens,
            OutputTokens = _tally.Usage.OutputTokens,
            UsageSource = SourceName(_tally.Source),
            CostNanoUsd = CostNanoUsd,
            Duration = Duration,
            FirstToken = FirstToken,
            TraceId = traceId,
            Policy = Optimization?.Policy,
            TokensSaved = Optimization?.Result?.TokensSaved ?? 0,
        };

    public UsageRecord ToRecord() =>
        new UsageRecord()
        {
            RequestId = _context.TraceIdentifier,
            Booking = _tally.Booking,
            StartedAt = _tally.ArrivedAt,
            KeyId = _caller?.Id ?? "none",
            KeyName = _caller?.Name,
            Team = _caller?.Team,
            Upstream = _tally.Target?.Upstream.Id,
            Provider = _tally.Target?.Upstream.Provider.Name,
            Operation = _endpoint.OperationName,
            // Unknown paths may hold ids, which are not for a column that is grouped by.
            Endpoint = _endpoint.Operation is Operation.Other or Operation.StoredResponse ? null : _context.Request.Path.Value,
            ErrorCode = ErrorCode,
            RequestBytes = _tally.RequestBytes,
            ResponseBytes = _tally.ResponseBytes,
            RequestedModel = _tally.RequestedModel,
            UpstreamModel = _tally.Target?.Model,
            ResponseModel = _tally.ResponseModel,
            Stream = _tally.Stream,
            Status = Status,
            Outcome = _outcome.Name(),
            Usage = _tally.Usage,
            UsageSource = _tally.Source,
            CostNanoUsd = CostNanoUsd,
            Attempts = _tally.Attempts,
            DurationMicros = (long)Duration.TotalMicroseconds,
            FirstTokenMicros = (long?)FirstToken?.TotalMicroseconds,
            UpstreamRequestId = _tally.UpstreamRequestId,
            ResponseId = _tally.ResponseId,
            Session = _tally.Session,
            ToolCalls = _tally.ToolCalls,
            InvalidToolCalls = _tally.InvalidToolCalls,
        }.With(Optimization, _tally.Price);

    private static string SourceName(UsageSource source) =>
        source switch
        {
            UsageSource.Provider => "provider",
            UsageSource.Estimated => "estimated",
            UsageSource.Drained => "drained",
            _ => "none",
        };
}
