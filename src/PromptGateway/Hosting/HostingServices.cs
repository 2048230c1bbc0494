using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using PromptGateway.Forwarding;

namespace PromptGateway.Hosting;

/// <summary>Registers the room.</summary>
internal static class HostingServices
{
    public static void AddGatewayHosting(this IServiceCollection services, ForwardingOptions forwarding, bool inlineSockets)
    {
        // With completions inlined (SocketTuning), Kestrel's own hop to the thread pool would undo the gain.
        services.Configure<SocketTransportOptions>(sockets => sockets.UnsafePreferInlineScheduling = inlineSockets);
        services.AddSingleton<Readiness>();
        services.AddSingleton<DirectoryClaim>();
        services.AddHostedService<GracefulStop>();
        services.Configure<HostOptions>(host => host.ShutdownTimeout = forwarding.DrainTimeout + GracefulStop.Reserve);
    }
}
