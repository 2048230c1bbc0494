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
        LimitRoutes.Map(admin);
        BudgetRoutes.Map(admin);
        OptimizationRoutes.Map(admin);
        SwitchRoutes.Map(admin);
        admin.MapOpenApi("/openapi.json");
        admin.Map("{**path}", NoRoute).ExcludeFromDescription();
    }

    private static ProblemHttpResult NoRoute(HttpContext context) =>
        AdminProblem.Of(
            StatusCodes.Status404NotFound,
            $"There is no {context.Request.Method} {context.Request.Path} here; /admin/openapi.json lists what there is."
        );
}
