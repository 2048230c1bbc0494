using System.Text.RegularExpressions;
using PromptGateway.Hosting;

namespace PromptGateway.Cli;

/// <summary>Where commands find the management address of the gateway that is configured here.</summary>
internal static partial class ManagementAddress
{
    [GeneratedRegex(@"(?<=^https?://)(\*|\+|0\.0\.0\.0|\[::\])(?=[:/]|$)", RegexOptions.IgnoreCase)]
    private static partial Regex Everywhere();

    /// <summary>The first that can be called; a socket file is not for HTTP clients.</summary>
    public static string Of(GatewaySettings settings) =>
        Callable(
            Array.Find(
                Listening.Split(settings.ManagementUrls),
                address => !address.Contains("//unix:", StringComparison.OrdinalIgnoreCase)
            ) ?? GatewaySettings.DefaultManagementUrls
        );

    /// <summary>An address that listens everywhere is asked on loopback.</summary>
    public static string Callable(string address) => Everywhere().Replace(address, "127.0.0.1");
}
