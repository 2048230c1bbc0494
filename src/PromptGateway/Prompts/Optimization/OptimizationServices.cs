using Microsoft.Extensions.DependencyInjection.Extensions;
using PromptGateway.Prompts.Asking;
using PromptGateway.Prompts.Policies;

namespace PromptGateway.Prompts.Optimization;

/// <summary>Registers what optimizes prompts.</summary>
internal static class OptimizationServices
{
    /// <summary>Call it after the ledger's writer was added: hosted services stop in reverse order, and shadow work ends in ledger rows.</summary>
    public static IServiceCollection AddPromptOptimization(this IServiceCollection services)
    {
        services.AddSingleton(s =>
        {
            var catalog = s.GetRequiredService<OptimizationCatalog>();
            return new SegmentCache(() => catalog.Current.CacheBytes, s.GetRequiredService<TimeProvider>());
        });
        services.AddSingleton(s => new PolicyRunner(s.GetRequiredService<TimeProvider>(), s.GetRequiredService<SegmentCache>()));
        services.AddSingleton<PolicyExecution>();
        services.AddSingleton<AskBudget>();
        services.AddSingleton(s =>
        {
            var catalog = s.GetRequiredService<OptimizationCatalog>();
            return new AnswerCache(() => catalog.Current.Ask.CacheBytes, s.GetRequiredService<TimeProvider>());
        });
        services.AddSingleton<ModelAsking>();
        services.AddSingleton<PolicyAsking>();
        services.TryAddSingleton<OptimizationCatalog>();
        services.AddHostedService<PolicyWarmUp>();
        services.AddSingleton<PolicySwitches>();
        services.AddSingleton<ShadowQueue>();
        services.AddHostedService(s => s.GetRequiredService<ShadowQueue>());
        services.TryAddSingleton(s => new PromptOptimizer(
            s.GetRequiredService<PolicyExecution>(),
            s.GetRequiredService<ShadowQueue>(),
            s.GetRequiredService<PolicySwitches>(),
            Random.Shared
        ));
        return services;
    }
}
