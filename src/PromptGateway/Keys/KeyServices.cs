using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace PromptGateway.Keys;

/// <summary>Registers the room.</summary>
internal static class KeyServices
{
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The configuration has faults; all are named.</exception>
    public static IServiceCollection AddGatewayKeys(this IServiceCollection services, IConfiguration configuration) =>
        services
            .AddGatewayKeys(KeysConfiguration.Read(configuration, TimeProvider.System.GetUtcNow()))
            .AddHostedService<KeyRefresher>()
            .AddHostedService<RuleRefresher>();

    /// <summary>Without the polling of other processes' changes, as the command line needs it.</summary>
    public static IServiceCollection AddGatewayKeys(this IServiceCollection services, KeysOptions options)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton<FillRandom>(RandomNumberGenerator.Fill);
        services.AddSingleton<KeyRing>();
        services.AddSingleton<KeyChangeSignal>();
        services.AddSingleton<KeyAdministration>();
        services.AddSingleton<AdminKey>();
        services.AddSingleton<FirstRun>();
        return services;
    }
}
