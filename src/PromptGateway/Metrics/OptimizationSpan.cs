using System.Diagnostics;

namespace PromptGateway.Metrics;

/// <summary>The span of one policy's work on one prompt, below the span of the request. Names and numbers only, no text.</summary>
internal static class OptimizationSpan
{
    private static readonly ActivitySource Source = new(GatewayTracing.SourceName);

    /// <returns>Null when the request is not traced. Dispose of it when the policy is done.</returns>
    public static Activity? Start(string policy, string mode)
    {
        // Without a request above it, a span would be a trace of its own.
        if (Activity.Current is null)
            return null;
        var span = Source.StartActivity("optimize");
        if (span is not { IsAllDataRequested: true })
            return span;
        span.DisplayName = $"optimize {policy}";
        span.SetTag("promptgateway.optimization.policy", policy);
        span.SetTag("promptgateway.optimization.mode", mode);
        return span;
    }

    /// <summary>The span of one question to a model; the request to that model is below it.</summary>
    public static Activity? Ask(string policy, string subject)
    {
        if (Activity.Current is null)
            return null;
        var span = Source.StartActivity("optimize ask");
        span?.SetTag("promptgateway.optimization.policy", policy);
        span?.SetTag("promptgateway.optimization.subject", subject);
        return span;
    }

    public static void Describe(Activity? span, string outcome, long tokensSaved)
    {
        span?.SetTag("promptgateway.optimization.outcome", outcome);
        span?.SetTag("promptgateway.optimization.tokens_saved", tokensSaved);
    }
}
