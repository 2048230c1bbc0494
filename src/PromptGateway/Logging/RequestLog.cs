using Serilog.Extensions.Logging;

namespace PromptGateway.Logging;

/// <summary>One line a request, in a category of its own: <c>Serilog:MinimumLevel:Override:PromptGateway.Requests</c> turns it off.</summary>
/// <param name="loggers">Decide whether there is a line, and write it unless <paramref name="direct"/> does.</param>
/// <param name="direct">The output of JSON lines, if that is where logs go: a line then costs a quarter.</param>
/// <param name="exported">The way to a collector alone, for lines that go <paramref name="direct"/>.</param>
internal sealed partial class RequestLog(ILoggerFactory loggers, JsonLineSink? direct, Serilog.ILogger? exported = null)
{
    public const string Category = "PromptGateway.Requests";

    private const string Answered =
        "{Status} {Outcome} {Operation} {Model} via {Upstream}: {InputTokens} + {OutputTokens} tokens, {CostUsd} USD, "
        + "{DurationMs} ms (first byte {FirstTokenMs} ms), attempts {Attempts}, usage {UsageSource}, {KeyId} {RequestId}";

    private const string Optimized = Answered + ", policy {Policy} saved {TokensSaved} tokens";

    private const string NotForwarded = "{Status} {Outcome} {Operation} {Model}: {DurationMs} ms, {KeyId} {RequestId}";

    private const string NotAllowed = "{Status} {Outcome} {ErrorCode}, {Operation} {Model}: {DurationMs} ms, {KeyId} {RequestId}";

    private readonly ILogger _log = loggers.CreateLogger(Category);
    private readonly ILogger? _exported = exported is null ? null : new SerilogLoggerProvider(exported).CreateLogger(Category);

    /// <summary>Ask before collecting what a line needs.</summary>
    public bool Enabled => _log.IsEnabled(LogLevel.Information);

    public void Finished(in RequestLine line)
    {
        if (!Enabled)
            return;
        if (direct is null)
        {
            Write(_log, in line);
            return;
        }
        direct.Emit(in line);
        if (_exported is not null)
            Write(_exported, in line);
    }

    private static void Write(ILogger log, in RequestLine line)
    {
        var duration = Milliseconds(line.Duration);
        if (line.Upstream is null)
        {
            if (line.ErrorCode is { } code)
                Refused(log, line.Status, line.Outcome, code, line.Operation, line.Model, duration, line.KeyId, line.RequestId);
            else
                Ended(log, line.Status, line.Outcome, line.Operation, line.Model, duration, line.KeyId, line.RequestId);
            return;
        }
        if (line.Policy is not null)
            WriteOptimized(log, in line, duration);
        else
            WriteForwarded(log, in line, duration);
    }

    private static void WriteForwarded(ILogger log, in RequestLine line, double duration) =>
        Forwarded(
            log,
            line.Status,
            line.Outcome,
            line.Operation,
            line.Model,
            line.Upstream!,
            line.InputTokens,
            line.OutputTokens,
            line.CostUsd,
            duration,
            line.FirstToken is { } first ? Milliseconds(first) : null,
            line.Attempts,
            line.UsageSource,
            line.KeyId,
            line.RequestId
        );

    private static void WriteOptimized(ILogger log, in RequestLine line, double duration) =>
        ForwardedOptimized(
            log,
            line.Status,
            line.Outcome,
            line.Operation,
            line.Model,
            line.Upstream!,
            line.InputTokens,
            line.OutputTokens,
            line.CostUsd,
            duration,
            line.FirstToken is { } first ? Milliseconds(first) : null,
            line.Attempts,
            line.UsageSource,
            line.KeyId,
            line.RequestId,
            line.Policy,
            line.TokensSaved
        );

    public static double Milliseconds(TimeSpan time) => Math.Round(time.TotalMilliseconds, 2);

    [LoggerMessage(1, LogLevel.Information, Answered, SkipEnabledCheck = true)]
    private static partial void Forwarded(
        ILogger log,
        int status,
        string outcome,
        string operation,
        string? model,
        string upstream,
        long inputTokens,
        long outputTokens,
        decimal? costUsd,
        double durationMs,
        double? firstTokenMs,
        int attempts,
        string? usageSource,
        string? keyId,
        string requestId
    );

    [LoggerMessage(3, LogLevel.Information, Optimized, SkipEnabledCheck = true)]
    private static partial void ForwardedOptimized(
        ILogger log,
        int status,
        string outcome,
        string operation,
        string? model,
        string upstream,
        long inputTokens,
        long outputTokens,
        decimal? costUsd,
        double durationMs,
        double? firstTokenMs,
        int attempts,
        string? usageSource,
        string? keyId,
        string requestId,
        string? policy,
        long tokensSaved
    );

    [LoggerMessage(4, LogLevel.Information, NotAllowed, SkipEnabledCheck = true)]
    private static partial void Refused(
        ILogger log,
        int status,
        string outcome,
        string errorCode,
        string operation,
        string? model,
        double durationMs,
        string? keyId,
        string requestId
    );

    [LoggerMessage(2, LogLevel.Information, NotForwarded, SkipEnabledCheck = true)]
    private static partial void Ended(
        ILogger log,
        int status,
        string outcome,
        string operation,
        string? model,
        double durationMs,
        string? keyId,
        string requestId
    );
}
