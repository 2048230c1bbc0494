using System.CommandLine;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;
using PromptGateway.Configuration;
using PromptGateway.Hosting;
using PromptGateway.Routing;

namespace PromptGateway.Cli;

/// <summary><c>promptgateway serve</c>, which is also what happens without a command.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        var command = new Command("serve", "Run the gateway (the default command)");
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
            await app.StartAsync(cancellationToken);
            Console.Out.Write(
                Banner.Write(
                    Address(app, 0, settings),
                    Address(app, 1, settings),
                    app.Services.GetRequiredService<UpstreamCatalog>().Current,
                    secrets,
                    settings.Data
                )
            );
            await Console.Out.FlushAsync(cancellationToken);
            await app.WaitForShutdownAsync(cancellationToken);
            return 0;
        }
        catch (Exception e)
            when (e
                    is ConfigurationException
                        or OptionsValidationException
                        or RoutingConfigException
                        or IOException
                        or Storage.StorageException
                        or FormatException
                        or System.Data.Common.DbException
            )
        {
            await Console.Error.WriteLineAsync("PromptGateway cannot start. " + e.Message);
            return 1;
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
