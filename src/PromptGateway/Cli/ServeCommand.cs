using System.CommandLine;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;
using PromptGateway.Hosting;
using PromptGateway.Routing;

namespace PromptGateway.Cli;

/// <summary><c>promptgateway serve</c>, which is also what happens without a command.</summary>
internal static class ServeCommand
{
    private static readonly Option<string?> Urls = new("--urls")
    {
        Description = $"Addresses of the API (PROMPTGATEWAY_URLS; default {GatewaySettings.DefaultUrls})",
    };
    private static readonly Option<string?> ManagementUrls = new("--management-urls")
    {
        Description = $"Addresses of /metrics and /admin (PROMPTGATEWAY_MANAGEMENT_URLS; default {GatewaySettings.DefaultManagementUrls})",
    };
    private static readonly Option<string?> Data = new("--data")
    {
        Description = "Directory of the database (PROMPTGATEWAY_DATA; default ./data)",
    };
    private static readonly Option<string?> Config = new("--config")
    {
        Description = "File with the upstreams (PROMPTGATEWAY_CONFIG; default ./yarp.json)",
    };
    private static readonly Option<bool> PassThrough = new("--pass-through")
    {
        Description = "Callers send their own provider keys, which go upstream (PROMPTGATEWAY_PASSTHROUGH=true)",
    };

    public static Command Create()
    {
        var command = new Command("serve", "Run the gateway (the default command)");
        AddTo(command);
        return command;
    }

    public static void AddTo(Command command)
    {
        foreach (var option in (Option[])[Urls, ManagementUrls, Data, Config, PassThrough])
            command.Options.Add(option);
        command.SetAction(ServeAsync);
    }

    private static async Task<int> ServeAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var settings = Settings(parsed);
        try
        {
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
            when (e is OptionsValidationException or RoutingConfigException or IOException or Storage.StorageException or FormatException)
        {
            await Console.Error.WriteLineAsync("PromptGateway cannot start. " + e.Message);
            return 1;
        }
    }

    private static GatewaySettings Settings(ParseResult parsed)
    {
        static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
        var standard = new GatewaySettings();
        return new GatewaySettings
        {
            Urls = parsed.GetValue(Urls) ?? Variable("PROMPTGATEWAY_URLS") ?? standard.Urls,
            ManagementUrls = parsed.GetValue(ManagementUrls) ?? Variable("PROMPTGATEWAY_MANAGEMENT_URLS") ?? standard.ManagementUrls,
            Data = parsed.GetValue(Data) ?? Variable("PROMPTGATEWAY_DATA") ?? standard.Data,
            ConfigFile = parsed.GetValue(Config) ?? Variable("PROMPTGATEWAY_CONFIG"),
            PassThrough = parsed.GetValue(PassThrough) || bool.TryParse(Variable("PROMPTGATEWAY_PASSTHROUGH"), out var on) && on,
        };
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
