using PromptGateway.Chat;
using PromptGateway.Endpoints;

namespace PromptGateway.Hosting;

/// <summary>Keeps the two addresses apart: management endpoints do not exist on the API address, nor the other way round.</summary>
internal static class SurfaceGuard
{
    private const string BaseUrls = "The base URL of an OpenAI SDK is the address and /v1, that of an Anthropic SDK the address alone.";

    /// <summary>What a base URL that says too much makes of the usual paths.</summary>
    private static readonly string[] Doubled = ["/v1/v1/", "/v1/chat/completions/chat/", "/v1/responses/responses", "/v1/messages/v1/"];

    public static void UseSurfaceGuard(this IApplicationBuilder app) =>
        app.Use(
            (context, next) =>
            {
                var endpoint = context.GetEndpoint();
                var surface = endpoint?.Metadata.GetMetadata<SurfaceMetadata>()?.Surface ?? Surface.Api;
                var management = context.FindNoun<ManagementConnection>() is not null;
                var path = context.Request.Path.Value ?? "";
                if (endpoint is null || (surface != Surface.Both && management != (surface == Surface.Management)) || IsDoubled(path))
                    return NotFoundAsync(context, management, path);
                return next(context);
            }
        );

    private static bool IsDoubled(string path)
    {
        foreach (var start in Doubled)
            if (path.StartsWith(start, StringComparison.Ordinal))
                return true;
        return false;
    }

    /// <summary>Kestrel's own 404 and 405 have no body, which some SDKs cannot read.</summary>
    private static Task NotFoundAsync(HttpContext context, bool management, string path)
    {
        var where =
            management ? "This is the management address, with /metrics and /admin; the API has an address of its own."
            : IsManagement(path) ? "It is on the management address, which is not that of the API."
            : $"The API is below /v1. {BaseUrls}";
        var shown = path.Length <= 80 ? path : "such path";
        var rejection = new Rejection(
            404,
            "invalid_request_error",
            "not_found",
            $"There is no {context.Request.Method} {shown} here. {where}"
        );
        return context.RejectAsync(
            rejection,
            context.Request.Headers.ContainsKey("anthropic-version") ? Dialect.Anthropic : Dialect.OpenAI
        );
    }

    private static bool IsManagement(string path) =>
        path.StartsWith("/admin", StringComparison.OrdinalIgnoreCase) || path.StartsWith("/metrics", StringComparison.OrdinalIgnoreCase);
}
