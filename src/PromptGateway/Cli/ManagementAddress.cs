using System.Text.RegularExpressions;
using PromptGateway.Configuration;
using PromptGateway.Hosting;

namespace PromptGateway.Cli;

/// <summary>Where commands find the management address of the gateway that is configured here.</summary>
internal static partial class ManagementAddress
{
    [GeneratedRegex(@"(?<=^https?://)(\*|\+|0\.0\.0\.0|\[::\])(?=[:/]|$)", RegexOptions.IgnoreCase)]
    private static partial Regex Everywhere();

    /// <summary>The first that can be called.</summary>
    /// <exception cref="ConfigurationException">There are only socket files, which are not for HTTP clients.</exception>
    public static string Of(GatewaySettings settings)
    {
        var addresses = Listening.Split(settings.ManagementUrls);
        return Array.Find(addresses, address => !IsSocketFile(address)) is { } found
            ? Callable(found)
            : throw new ConfigurationException([
                $"The management address {settings.ManagementUrls} is a socket file, which commands cannot call. Give the gateway another one beside "
                    + $"it, such as {GatewaySettings.DefaultManagementUrls}.",
            ]);
    }

    private static bool IsSocketFile(string address) => address.Contains("//unix:", StringComparison.OrdinalIgnoreCase);

    /// <summary>An address that listens everywhere is asked on loopback.</summary>
    public static string Callable(string address) => Everywhere().Replace(address, "127.0.0.1");

    /// <exception cref="UriFormatException">It is no address of HTTP, such as <c>localhost:8081</c>.</exception>
    public static Uri Read(string address) =>
        new Uri(address) is { Scheme: "http" or "https" } read
            ? read
            : throw new UriFormatException($"'{address}' is no address; write it as {GatewaySettings.DefaultManagementUrls}.");
}
