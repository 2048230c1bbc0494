namespace PromptGateway.Hosting;

/// <summary>Probes, on both addresses, without a key.</summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/healthz", () => Results.Text("ok\n")).WithMetadata(new SurfaceMetadata(Surface.Both));
        endpoints
            .MapGet(
                "/readyz",
                (Readiness readiness) =>
                    readiness.Obstacle() is { } why ? Results.Text(why + "\n", statusCode: 503)
                    : readiness.Trouble() is { } trouble ? Results.Text($"ready, but {trouble}\n")
                    : Results.Text("ready\n")
            )
            .WithMetadata(new SurfaceMetadata(Surface.Both));
        // Claude Code asks HEAD / before anything else; people open it in a browser.
        endpoints.MapMethods("/", ["GET", "HEAD"], () => Results.Text("PromptGateway. The OpenAI-compatible API is below /v1.\n"));
    }
}
