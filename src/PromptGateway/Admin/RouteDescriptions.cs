using Microsoft.OpenApi;

namespace PromptGateway.Admin;

/// <summary>
/// Describes for the OpenAPI document what handlers read by themselves. (The framework's own <c>Accepts</c> would take part in
/// routing, and turn a wrong content type into a missing route.)
/// </summary>
internal static class RouteDescriptions
{
    /// <summary>The answers that are problem details, next to those that every route has.</summary>
    public static RouteHandlerBuilder Problems(this RouteHandlerBuilder route, params ReadOnlySpan<int> statuses)
    {
        foreach (var status in (ReadOnlySpan<int>)[401, 403, 503, .. statuses])
            route.ProducesProblem(status);
        return route;
    }

    public static RouteHandlerBuilder Reads<T>(this RouteHandlerBuilder route, bool required = true) =>
        route.AddOpenApiOperationTransformer(
            async (operation, context, cancellationToken) =>
                operation.RequestBody = new OpenApiRequestBody
                {
                    Required = required,
                    Content = new Dictionary<string, OpenApiMediaType>
                    {
                        ["application/json"] = new() { Schema = await context.GetOrCreateSchemaAsync(typeof(T), null, cancellationToken) },
                    },
                }
        );

    public static RouteHandlerBuilder Query(this RouteHandlerBuilder route, string name, string description) =>
        route.AddOpenApiOperationTransformer(
            (operation, _, _) =>
            {
                operation.Parameters ??= [];
                operation.Parameters.Add(
                    new OpenApiParameter
                    {
                        Name = name,
                        In = ParameterLocation.Query,
                        Description = description,
                        Schema = new OpenApiSchema { Type = JsonSchemaType.String },
                    }
                );
                return Task.CompletedTask;
            }
        );
}
