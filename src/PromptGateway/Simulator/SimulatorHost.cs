using System.Net;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace PromptGateway.Simulator;

/// <summary>
/// An upstream LLM provider inside the process: OpenAI's and Anthropic's APIs in their real wire formats, on its own Kestrel on
/// 127.0.0.1 with a free port. It reads no configuration files and no environment, writes no log, and answers only to its secret.
/// </summary>
internal sealed class SimulatorHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly SimulatorState _state;

    private SimulatorHost(WebApplication app, SimulatorState state, string secret, Uri baseAddress) =>
        (_app, _state, Secret, BaseAddress) = (app, state, secret, baseAddress);

    /// <summary>Ends in <c>/v1</c>, without a slash behind it.</summary>
    public Uri BaseAddress { get; }

    /// <summary>Must be sent as <c>Authorization: Bearer</c> or <c>x-api-key</c>. Not a secret of the user: it dies with the process.</summary>
    public string Secret { get; }

    public SimulatorCounters Counters => _state.Counters;

    /// <summary>Starts to listen.</summary>
    /// <exception cref="IOException">127.0.0.1 has no free port.</exception>
    public static async Task<SimulatorHost> StartAsync(SimulatorOptions options, TimeProvider clock, CancellationToken cancel)
    {
        var secret = options.Secret ?? RandomNumberGenerator.GetHexString(64, lowercase: true);
        var state = new SimulatorState(options, clock);
        var app = Build(options);
        SimulatorApp.Map(app, state, secret);
        try
        {
            await app.StartAsync(cancel);
            var address = app
                .Services.GetRequiredService<IServer>()
                .Features.GetRequiredFeature<IServerAddressesFeature>()
                .Addresses.First();
            return new SimulatorHost(app, state, secret, new Uri($"{address}/v1"));
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops at once; requests under way are cut off.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await _app.StopAsync(new CancellationToken(canceled: true));
        }
        catch (OperationCanceledException)
        {
            // Kestrel says so when it had to cut connections, which is what was asked for.
        }

        await _app.DisposeAsync();
    }

    private static WebApplication Build(SimulatorOptions options)
    {
        var builder = WebApplication.CreateEmptyBuilder(
            new() { EnvironmentName = "Production", ContentRootPath = AppContext.BaseDirectory }
        );
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = options.MaxBodyBytes;
            kestrel.Listen(IPAddress.Loopback, 0, endpoint => endpoint.Protocols = HttpProtocols.Http1);
        });
        builder.Services.AddRoutingCore();
        // The process's own host owns Ctrl+C and SIGTERM; the simulator goes when its owner disposes it.
        builder.Services.AddSingleton<IHostLifetime, OwnedLifetime>();
        return builder.Build();
    }
}
