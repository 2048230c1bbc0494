using System.CommandLine;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using PromptGateway.Hosting;
using PromptGateway.Keys;
using PromptGateway.Routing;

namespace PromptGateway.Cli;

/// <summary><c>promptgateway serve</c>, which is also what happens without a command.</summary>
internal static class ServeCommand
{
    public const string Name = "serve";

    public static Command Create()
    {
        var command = new Command(Name, "Run the gateway (the default command)");
        AddTo(command);
        return command;
    }

    public static void AddTo(Command command)
    {
        var options = new ServeOptions();
        options.AddTo(command);
        command.SetAction((parsed, cancellationToken) => ServeAsync(parsed, options, cancellationToken));
    }

    private static async Task<int> ServeAsync(ParseResult parsed, ServeOptions options, CancellationToken cancellationToken)
    {
        try
        {
            var settings = GatewaySettings.From(options.Sources(parsed));
            await using var app = GatewayApp.Build(settings);
            var secrets = await app.PrepareAsync(cancellationToken);
            await StartAsync(app, secrets, cancellationToken);
            Console.Out.Write(
                Banner.Write(
                    Address(app, 0, settings),
                    Address(app, 1, settings),
                    app.Services.GetRequiredService<UpstreamCatalog>().Current,
                    secrets,
                    settings
                )
            );
            await Console.Out.FlushAsync(cancellationToken);
            await app.WaitForShutdownAsync(cancellationToken);
            return 0;
        }
        catch (Exception e) when (StartFailure.Explain(e, () => options.Sources(parsed)) is { } words)
        {
            await Console.Error.WriteLineAsync("PromptGateway cannot start. " + words);
            return 1;
        }
    }

    /// <summary>A start that fails leaves keys behind that are made only once: they must be shown all the same.</summary>
    private static async Task StartAsync(WebApplication app, FirstRunSecrets secrets, CancellationToken cancellationToken)
    {
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch
        {
            if (Banner.Secrets(secrets) is { Length: > 0 } made)
                Console.Out.WriteLine("These keys were made, and are not made again at the next start:" + Environment.NewLine + made);
            // What runs beside the server has started before it.
            await app.StopAsync(CancellationToken.None);
            throw;
        }
    }

    /// <summary>Addresses in the order of their listening: the API first. Shown as something that can be called.</summary>
    private static string Address(WebApplication app, int index, GatewaySettings settings)
    {
        var bound = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses.ToArray() ?? [];
        var at = index == 0 ? 0 : Listening.Addresses(settings.Urls).Count();
        var address =
            at < bound.Length ? bound[at]
            : index == 0 ? settings.Urls
            : settings.ManagementUrls;
        return address
            .Replace("//[::]:", "//127.0.0.1:", StringComparison.Ordinal)
            .Replace("//0.0.0.0:", "//127.0.0.1:", StringComparison.Ordinal)
            .TrimEnd('/');
    }
}
