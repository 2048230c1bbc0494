using Microsoft.AspNetCore.Http.HttpResults;

namespace PromptGateway.Admin;

/// <summary>The admin API. Every route under <c>/admin</c> passes the same two filters; nothing under it is open.</summary>
internal static class AdminEndpoints
{
    public static void MapAdmin(this IEndpointRouteBuilder endpoints)
    {
        var admin = endpoints.MapGroup("/admin").AddEndpointFilter<AdminErrors>().AddEndpointFilter<AdminAuthorization>();
        KeyRoutes.Map(admin);
        UsageRoutes.Map(admin);
        admin.MapOpenApi("/openapi.json");
        admin.Map("{**path}", NoRoute).ExcludeFromDescription();
    }

    /// <summary>Documents the answers that are problem details, next to those that every route has.</summary>
    public static RouteHandlerBuilder Problems(this RouteHandlerBuilder route, params ReadOnlySpan<int> statuses)
    {
        foreach (var status in (ReadOnlySpan<int>)[401, 403, 503, .. statuses])
            route.ProducesProblem(status);
        return route;
    }

    private static ProblemHttpResult NoRoute(HttpContext context) =>
        AdminProblem.Of(
            StatusCodes.Status404NotFound,
            $"There is no {context.Request.Method} {context.Request.Path} here; /admin/openapi.json lists what there is."
        );
}
