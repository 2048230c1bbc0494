using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Configuration;

namespace PromptGateway.Benchmarks.Load;

/// <summary><c>bare-yarp PORT UPSTREAM_PORT</c>: YARP as its documentation starts it, one route, one cluster, nothing else.</summary>
internal static class BareYarp
{
    public static async Task<int> RunAsync(string[] args)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, int.Parse(args[0], CultureInfo.InvariantCulture)));
        builder
            .Services.AddReverseProxy()
            .LoadFromMemory(
                [
                    new RouteConfig
                    {
                        RouteId = "all",
                        ClusterId = "upstream",
                        Match = new RouteMatch { Path = "{**all}" },
                    },
                ],
                [
                    new ClusterConfig
                    {
                        ClusterId = "upstream",
                        Destinations = new Dictionary<string, DestinationConfig>
                        {
                            ["one"] = new() { Address = $"http://127.0.0.1:{args[1]}/" },
                        },
                    },
                ]
            );
        var app = builder.Build();
        app.MapReverseProxy();
        await app.RunAsync();
        return 0;
    }
}
