using PromptGateway.Keys;

namespace PromptGateway.RateLimits;

/// <summary>Registers the room.</summary>
internal static class RateLimitServices
{
    public static IServiceCollection AddRateLimits(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(RateLimitOptions.Read(configuration));
        services.AddSingleton(s => new StoredRules<RateLimitRule>(
            s.GetRequiredService<IDocumentStore>(),
            "limit",
            s.GetRequiredService<RateLimitOptions>().Store
        ));
        services.AddSingleton<IStoredRules>(s => s.GetRequiredService<StoredRules<RateLimitRule>>());
        services.AddHostedService<RateLimitReload>();
        services.AddSingleton<LimitedSubjects>();
        services.AddSingleton<LimitQueues>();
        return services;
    }
}
