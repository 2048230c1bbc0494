using Microsoft.Extensions.DependencyInjection.Extensions;
using PromptGateway.Prompts.Policies;

namespace PromptGateway.Prompts.Optimization;

/// <summary>Registers what optimizes prompts.</summary>
internal static class OptimizationServices
{
    public static IServiceCollection AddPromptOptimization(this IServiceCollection services)
    {
        services.TryAddSingleton<PolicyRunner>();
        services.AddSingleton<OptimizationCatalog>();
        services.AddSingleton<PromptOptimizer>();
        return services;
    }
}
