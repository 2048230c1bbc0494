namespace PromptGateway.Hosting;

/// <summary>Probes, on both addresses, without a key.</summary>
internal static class HealthEndpoints
{
    /// <summary>Monitors and <c>wget --spider</c> ask with HEAD.</summary>
    private static readonly string[] Asking = ["GET", "HEAD"];

    public static void MapHealth(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapMethods("/healthz", Asking, () => Results.Text("ok\n")).WithMetadata(new SurfaceMetadata(Surface.Both));
        endpoints
            .MapMethods(
                "/readyz",
                Asking,
                (Readiness readiness) =>
                    readiness.Obstacle() is { } why ? Results.Text(why + "\n", statusCode: 503)
                    : readiness.Trouble() is { } trouble ? Results.Text($"ready, but {trouble}\n")
                    : Results.Text("ready\n")
            )
            .WithMetadata(new SurfaceMetadata(Surface.Both));
        // Claude Code asks HEAD / before anything else; people open it in a browser.
        endpoints.MapMethods("/", Asking, () => Results.Text("PromptGateway. The OpenAI-compatible API is below /v1.\n"));
    }
}
