namespace PromptGateway.Metrics;

/// <summary><c>GET /metrics</c>, for the management port: what it tells is not for callers of the API.</summary>
internal static class PrometheusEndpoint
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";
    public const string OpenMetricsType = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    public static IEndpointConventionBuilder MapPrometheus(this IEndpointRouteBuilder endpoints, string pattern = "/metrics") =>
        endpoints.MapGet(pattern, Scrape).ExcludeFromDescription();

    private static async Task Scrape(HttpContext context)
    {
        var telemetry = context.RequestServices.GetRequiredService<MetricsPipeline>();
        var openMetrics = WantsOpenMetrics(context.Request);
        var text = await telemetry.Scrape.Run(openMetrics).WaitAsync(context.RequestAborted);
        context.Response.ContentType = openMetrics ? OpenMetricsType : ContentType;
        context.Response.ContentLength = text.Length;
        context.Response.Headers.CacheControl = "no-store";
        await context.Response.BodyWriter.WriteAsync(text, context.RequestAborted);
    }

    /// <summary>Whether the scraper names OpenMetrics, and likes it no less than the text format.</summary>
    private static bool WantsOpenMetrics(HttpRequest request)
    {
        var accepted = request.GetTypedHeaders().Accept;
        return Quality("application/openmetrics-text") is > 0 and var quality && quality >= Quality("text/plain");

        double Quality(string type) =>
            accepted
                .Where(media => media.MediaType.Equals(type, StringComparison.OrdinalIgnoreCase))
                .Select(media => media.Quality ?? 1)
                .DefaultIfEmpty(0)
                .Max();
    }
}
