namespace PromptGateway.Metrics;

/// <summary><c>GET /metrics</c>, for the management port: what it tells is not for callers of the API.</summary>
internal static class PrometheusEndpoint
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    public static IEndpointConventionBuilder MapPrometheus(this IEndpointRouteBuilder endpoints, string pattern = "/metrics") =>
        endpoints.MapGet(pattern, Scrape).ExcludeFromDescription();

    private static async Task Scrape(HttpContext context)
    {
        var telemetry = context.RequestServices.GetRequiredService<MetricsPipeline>();
        var text = await telemetry.Scrape.Run().WaitAsync(context.RequestAborted);
        context.Response.ContentType = ContentType;
        context.Response.ContentLength = text.Length;
        context.Response.Headers.CacheControl = "no-store";
        await context.Response.BodyWriter.WriteAsync(text, context.RequestAborted);
    }
}
