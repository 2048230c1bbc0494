using PromptGateway.Prompts.Policies;

namespace PromptGateway.Prompts.Preview;

/// <summary>Registers what previews need.</summary>
internal static class PreviewServices
{
    public static IServiceCollection AddPromptPreview(this IServiceCollection services)
    {
        // Not the requests' runner: what previews run through it is not to count as optimized traffic.
        services.AddSingleton(s => new PromptPreviewer(new PolicyRunner(s.GetRequiredService<TimeProvider>())));
        services.AddSingleton<PreviewQueue>();
        services.AddSingleton<RestoreMemory>();
        return services;
    }
}
