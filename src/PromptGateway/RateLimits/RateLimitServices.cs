namespace PromptGateway.RateLimits;

/// <summary>Registers the room.</summary>
internal static class RateLimitServices
{
    public static IServiceCollection AddRateLimits(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(RateLimitOptions.Read(configuration));
        services.AddSingleton<LimitedSubjects>();
        return services;
    }
}
