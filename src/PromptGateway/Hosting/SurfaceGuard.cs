using PromptGateway.Chat;
using PromptGateway.Endpoints;

namespace PromptGateway.Hosting;

/// <summary>Keeps the two addresses apart: management endpoints do not exist on the API address, nor the other way round.</summary>
internal static class SurfaceGuard
{
    public static void UseSurfaceGuard(this IApplicationBuilder app) =>
        app.Use(
            (context, next) =>
            {
                var endpoint = context.GetEndpoint();
                var surface = endpoint?.Metadata.GetMetadata<SurfaceMetadata>()?.Surface ?? Surface.Api;
                var management = context.FindNoun<ManagementConnection>() is not null;
                if (endpoint is null || (surface != Surface.Both && management != (surface == Surface.Management)))
                    return NotFoundAsync(context);
                return next(context);
            }
        );

    /// <summary>Kestrel's own 404 and 405 have no body, which some SDKs cannot read.</summary>
    private static Task NotFoundAsync(HttpContext context) =>
        context.RejectAsync(
            new Rejection(
                404,
                "invalid_request_error",
                "not_found",
                $"There is no {context.Request.Method} {Shown(context.Request.Path)} here. The API is below /v1; the base URL of an OpenAI SDK ends in /v1."
            )
        );

    private static string Shown(PathString path) => path.Value is { Length: <= 80 } text ? text : "such path";
}
