using PromptGateway.Experiments.Feedback;
using PromptGateway.Experiments.Switches;

namespace PromptGateway.Experiments;

/// <summary>Registers the room.</summary>
internal static class ExperimentServices
{
    public static IServiceCollection AddExperiments(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(SwitchOffOptions.Read(configuration));
        services.AddSingleton<ExperimentWatch>();
        services.AddSingleton<FeedbackLimit>();
        services.AddSingleton<SwitchGauge>();
        services.AddSingleton<ExperimentWatcher>();
        services.AddHostedService(s => s.GetRequiredService<ExperimentWatcher>());
        return services;
    }
}
