using Microsoft.Extensions.Options;
using PromptGateway.Keys;

namespace PromptGateway.Hosting;

/// <summary>
/// Combinations of addresses and access that leave the gateway open to strangers: it refuses to start with them (field report 121).
/// A generated admin key is good enough on loopback only. It is shown once on the terminal of whoever started the gateway, which on a
/// server is a log that others read, and nobody can say whether it was ever taken down; an address that other machines reach therefore
/// needs a key that its operator has chosen.
/// </summary>
internal static class ListenRules
{
    /// <exception cref="OptionsValidationException">Says what to set.</exception>
    public static void Check(GatewaySettings settings, KeysOptions keys)
    {
        if (AddressRules.Faults(settings) is { Count: > 0 } faults)
            throw new OptionsValidationException("Listening", typeof(GatewaySettings), faults);
        if (keys.AdminKeyHash is null && Open(settings.ManagementUrls) is { } address)
            throw new OptionsValidationException(
                "Listening",
                typeof(GatewaySettings),
                [
                    $"The management address {address} can be reached from other machines, but no admin key is set. "
                        + $"Set {KeysConfiguration.AdminKeyVariable}, or keep the management address on loopback "
                        + $"({GatewaySettings.DefaultManagementUrls}).",
                ]
            );
    }

    /// <summary>
    /// True when strangers can call: pass-through mode takes any key as an identity, so on an address that other machines reach no
    /// upstream may have a key of the gateway's own.
    /// </summary>
    public static bool AreCallersStrangers(GatewaySettings settings) => settings.PassThrough && Open(settings.Urls) is not null;

    /// <summary>
    /// Tells addresses of the gateway's own API from others: the same port, on this machine. A port that the system chooses is known too
    /// late; a name that leads back here by way of others is not seen.
    /// </summary>
    public static Func<Uri, bool> OwnAddresses(GatewaySettings settings)
    {
        var own = Listening.Addresses(settings.Urls).Where(address => !address.IsUnixPipe && address.Port != 0).ToArray();
        return upstream => Array.Exists(own, address => address.Port == upstream.Port && IsSameHost(address, upstream));
    }

    private static bool IsSameHost(BindingAddress address, Uri upstream) =>
        address.Host.Equals(upstream.Host, StringComparison.OrdinalIgnoreCase)
        || upstream.IsLoopback && (Listening.IsLoopback(address) || IsEverywhere(address.Host));

    private static bool IsEverywhere(string host) => host is "*" or "+" or "0.0.0.0" or "[::]";

    private static string? Open(string urls) =>
        Listening.Addresses(urls).FirstOrDefault(address => !Listening.IsLoopback(address))?.ToString();
}
