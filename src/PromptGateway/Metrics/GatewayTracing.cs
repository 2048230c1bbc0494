using System.Diagnostics;
using Microsoft.Extensions.Primitives;
using OpenTelemetry;
using OpenTelemetry.Trace;

namespace PromptGateway.Metrics;

/// <summary>
/// Traces, when a collector is configured: one server span a request with GenAI attributes, and below it .NET's client span of each
/// attempt. Without a collector nothing listens, no <see cref="Activity"/> is made, and the client's <c>traceparent</c> goes upstream
/// as it came. With one, the upstream is given the span of the attempt as its parent, in the client's trace.
/// Prompts and answers are never attributes.
/// </summary>
internal sealed class GatewayTracing : IHostedService, IDisposable
{
    public const string SourceName = "PromptGateway";

    private readonly ActivitySource _source = new(SourceName);
    private readonly TracerProvider? _provider;

    public GatewayTracing(MetricsOptions options)
    {
        if (OtlpTarget.From(options) is not { } target)
            return;
        // ASP.NET's own server span is left out: it would double this one, and it holds the whole query.
        _provider = Sdk.CreateTracerProviderBuilder()
            .ConfigureResource(TelemetryResource.Describe)
            .AddSource(SourceName, "System.Net.Http")
            .AddProcessor(new ResendCount())
            .AddOtlpExporter(exporter => target.Apply(exporter, "traces"))
            .Build();
    }

    public bool Enabled => _provider is not null;

    /// <summary>
    /// Starts the span of a request; null when nothing is traced. Call it in the async method that waits for the rest of the request,
    /// so that what happens below finds the span, and dispose of it there.
    /// </summary>
    /// <param name="headers">Of the client's request: <c>traceparent</c>, <c>tracestate</c> and <c>baggage</c> are read.</param>
    /// <param name="operation"><c>gen_ai.operation.name</c>.</param>
    public Activity? StartRequest(IHeaderDictionary headers, string operation)
    {
        if (!Enabled)
            return null;
        var propagator = DistributedContextPropagator.Current;
        propagator.ExtractTraceIdAndState(headers, Read, out var parent, out var state);
        ActivityContext.TryParse(parent, state, isRemote: true, out var context);
        var activity = _source.StartActivity(operation, ActivityKind.Server, context);
        if (activity is null)
            return null;
        foreach (var (name, value) in propagator.ExtractBaggage(headers, Read) ?? [])
            activity.AddBaggage(name, value);
        return activity;
    }

    /// <summary>Writes what is known at the end onto the span. The caller disposes of it.</summary>
    /// <param name="activity">From <see cref="StartRequest"/>.</param>
    /// <param name="requestId">The gateway's own id of the request.</param>
    public static void Describe(Activity? activity, in RequestMeasurement request, string requestId)
    {
        if (activity is not { IsAllDataRequested: true })
            return;
        if (request.RequestModel is not null)
            activity.DisplayName = $"{request.Operation} {request.RequestModel}";
        activity.SetTag("gen_ai.operation.name", request.Operation);
        activity.SetTag("gen_ai.provider.name", request.Provider);
        activity.SetTag("gen_ai.original.model", request.OriginalModel);
        activity.SetTag("gen_ai.request.model", request.RequestModel);
        activity.SetTag("gen_ai.response.model", request.ResponseModel);
        activity.SetTag("http.response.status_code", request.Status);
        activity.SetTag("promptgateway.request.id", requestId);
        activity.SetTag("promptgateway.upstream", request.Upstream);
        activity.SetTag("promptgateway.key", request.Key);
        activity.SetTag("promptgateway.team", request.Team);
        activity.SetTag("promptgateway.outcome", request.Outcome);
        activity.SetTag("promptgateway.time_to_first_token", request.FirstToken?.TotalSeconds);
        DescribeUsage(activity, in request);
        DescribeError(activity, in request);
    }

    /// <summary>Exports from the start; the work is done by the constructor.</summary>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Sends what the collector has not seen yet, and stops tracing.</summary>
    public void Dispose()
    {
        _provider?.Dispose();
        _source.Dispose();
    }

    private static void DescribeUsage(Activity activity, in RequestMeasurement request)
    {
        if (!request.HasUsage)
            return;
        activity.SetTag("promptgateway.usage.source", request.UsageSource);
        activity.SetTag("gen_ai.usage.input_tokens", request.InputTokens);
        activity.SetTag("gen_ai.usage.output_tokens", request.OutputTokens);
        if (request.CachedInputTokens > 0)
            activity.SetTag("gen_ai.usage.cache_read.input_tokens", request.CachedInputTokens);
        if (request.CacheWriteTokens > 0)
            activity.SetTag("gen_ai.usage.cache_creation.input_tokens", request.CacheWriteTokens);
        if (request.ReasoningTokens > 0)
            activity.SetTag("gen_ai.usage.reasoning.output_tokens", request.ReasoningTokens);
        activity.SetTag("promptgateway.cost.usd", request.CostNanoUsd / 1e9);
    }

    private static void DescribeError(Activity activity, in RequestMeasurement request)
    {
        if (request.ErrorType is null)
            return;
        activity.SetTag("error.type", request.ErrorType);
        // A refusal is the client's error, not the server's; an answer that broke off after its 200 is.
        if (request.Status is >= 500 or < 400)
            activity.SetStatus(ActivityStatusCode.Error);
    }

    private static void Read(object? carrier, string name, out string? value, out IEnumerable<string>? values)
    {
        values = null;
        value =
            carrier is IHeaderDictionary headers && headers.TryGetValue(name, out var found) && found != StringValues.Empty
                ? found.ToString()
                : null;
    }
}
