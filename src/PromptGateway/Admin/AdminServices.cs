using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace PromptGateway.Admin;

/// <summary>Registers the room.</summary>
internal static class AdminServices
{
    public static IServiceCollection AddGatewayAdmin(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(AdminOptions.Read(configuration));
        services.AddSingleton<AuditLog>();
        services.ConfigureHttpJsonOptions(json => AdminJson.Configure(json.SerializerOptions));
        services.AddOpenApi(options =>
        {
            options.ShouldInclude = route => route.RelativePath?.StartsWith("admin", StringComparison.Ordinal) == true;
            options.AddDocumentTransformer(Describe);
        });
        return services;
    }

    private static Task Describe(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new OpenApiInfo
        {
            Title = "PromptGateway admin API",
            Version = typeof(AdminServices).Assembly.GetName().Version?.ToString(3) ?? "0",
            Description = "Keys and usage. Send the admin key as bearer token. Errors are problem details (RFC 9457).",
        };
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            ["adminKey"] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer" },
        };
        document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference("adminKey", document)] = [] }];
        return Task.CompletedTask;
    }
}
