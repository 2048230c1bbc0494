using PromptGateway.Forwarding;

namespace PromptGateway.Hosting;

/// <summary>Registers the room.</summary>
internal static class HostingServices
{
    public static void AddGatewayHosting(this IServiceCollection services, ForwardingOptions forwarding)
    {
        services.AddSingleton<Readiness>();
        services.AddHostedService<GracefulStop>();
        services.Configure<HostOptions>(host => host.ShutdownTimeout = forwarding.DrainTimeout + GracefulStop.Reserve);
    }
}
