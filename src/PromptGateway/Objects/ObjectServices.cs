namespace PromptGateway.Objects;

/// <summary>Registers the room.</summary>
internal static class ObjectServices
{
    public static IServiceCollection AddObjects(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(ObjectOptions.Read(configuration));
        services.AddSingleton<ObjectCharge>();
        services.AddSingleton<ObjectBook>();
        services.AddSingleton<UnsavedObjects>();
        services.AddHostedService(s => s.GetRequiredService<UnsavedObjects>());
        return services.AddHostedService<ObjectSweep>();
    }
}
