using Microsoft.AspNetCore.Cors.Infrastructure;

namespace PromptGateway.Hosting;

/// <summary>
/// Lets web pages of configured origins call the API. A preflight carries no key, so it is answered before authentication; the call
/// itself needs its key as any other. Cookies and other ambient credentials are never allowed: the gateway knows none.
/// </summary>
internal static class CrossOrigin
{
    private static readonly TimeSpan PreflightLifetime = TimeSpan.FromHours(1);

    /// <summary>What pages may read of an answer: ids, limits, and when to try again.</summary>
    private static readonly string[] Exposed =
    [
        "x-request-id",
        "x-ratelimit-limit-requests",
        "x-ratelimit-limit-tokens",
        "x-ratelimit-remaining-requests",
        "x-ratelimit-remaining-tokens",
        "x-ratelimit-reset-requests",
        "x-ratelimit-reset-tokens",
        "retry-after",
        "retry-after-ms",
        "x-should-retry",
        "x-promptgateway-error-source",
        "x-upstream-request-id",
    ];

    public static void AddCrossOrigin(this IServiceCollection services, CrossOriginOptions options)
    {
        services.AddSingleton(options);
        if (options.Origins.Length > 0)
            services.AddCors(cors => cors.AddDefaultPolicy(policy => Allow(policy, options.Origins)));
    }

    /// <summary>On the API address only: no page has business with the management address.</summary>
    public static void UseCrossOrigin(this WebApplication app)
    {
        if (app.Services.GetRequiredService<CrossOriginOptions>().Origins.Length > 0)
            app.UseWhen(context => context.Features.Get<ManagementConnection>() is null, api => api.UseCors());
    }

    private static void Allow(CorsPolicyBuilder policy, string[] origins) =>
        policy.WithOrigins(origins).AllowAnyMethod().AllowAnyHeader().WithExposedHeaders(Exposed).SetPreflightMaxAge(PreflightLifetime);
}
