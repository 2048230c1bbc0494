using System.Net;
using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using PromptGateway.Keys;

namespace PromptGateway.Hosting;

/// <summary>Opens the addresses of the gateway in Kestrel.</summary>
internal static class Listening
{
    /// <summary>Headers of agent CLIs are large (a single JSON header of 0.7 KB, long beta lists).</summary>
    private const int LargestHeaders = 64 * 1024;

    public static void Listen(this KestrelServerOptions kestrel, GatewaySettings settings)
    {
        kestrel.AddServerHeader = false;
        // HTTP/2 with prior knowledge speaks of http where Kestrel believes in TLS, see ProtocolSniffing.
        kestrel.AllowAlternateSchemes = true;
        kestrel.Limits.MaxRequestHeadersTotalSize = LargestHeaders;
        // As the client to the upstreams reads them: bytes beyond ASCII come out as they came in, instead of failing the answer.
        kestrel.ResponseHeaderEncodingSelector = static _ => Encoding.Latin1;
        // Bodies are bounded by the stage that reads them.
        kestrel.Limits.MaxRequestBodySize = null;
        // A client that reads slowly, or a stream that is silent while a model thinks, is not an attack.
        kestrel.Limits.MinResponseDataRate = null;
        var time = kestrel.ApplicationServices.GetRequiredService<TimeProvider>();
        foreach (var address in Addresses(settings.Urls))
            kestrel.Bind(address, listen => Api(listen, address, time));
        foreach (var address in Addresses(settings.ManagementUrls))
            kestrel.Bind(address, listen => Management(listen, address));
    }

    public static IEnumerable<BindingAddress> Addresses(string urls) => Split(urls).Select(BindingAddress.Parse);

    public static string[] Split(string urls) => urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static void Api(ListenOptions listen, BindingAddress address, TimeProvider time)
    {
        if (IsHttps(address))
            listen.Encrypt(address);
        else
            listen.SniffHttp2(time);
        listen.RememberSecret();
    }

    private static void RememberSecret(this ListenOptions listen) =>
        listen.Use(next =>
            connection =>
            {
                connection.Features.Set(new SeenSecret());
                return next(connection);
            }
        );

    private static void Management(ListenOptions listen, BindingAddress address)
    {
        if (IsHttps(address))
            listen.Encrypt(address);
        listen.Use(next =>
            connection =>
            {
                connection.Features.Set(ManagementConnection.Mark);
                return next(connection);
            }
        );
    }

    /// <exception cref="OptionsValidationException">There is no certificate; Kestrel's own words are about developers' certificates.</exception>
    private static void Encrypt(this ListenOptions listen, BindingAddress address)
    {
        try
        {
            listen.UseHttps();
        }
        catch (InvalidOperationException e)
        {
            throw new OptionsValidationException(
                "Listening",
                typeof(GatewaySettings),
                [
                    $"The address {address} needs a certificate. Set Kestrel:Certificates:Default:Path, and KeyPath or Password beside it, "
                        + $"or write http. ({e.Message.Split('\n')[0].Trim()})",
                ]
            );
        }
    }

    private static bool IsHttps(BindingAddress address) => address.Scheme.Equals("https", StringComparison.OrdinalIgnoreCase);

    private static void Bind(this KestrelServerOptions kestrel, BindingAddress address, Action<ListenOptions> configure)
    {
        if (address.IsUnixPipe)
        {
            SocketFile.RemoveLeftBehind(address.UnixPipePath);
            kestrel.ListenUnixSocket(address.UnixPipePath, configure);
        }
        else if (IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip))
            kestrel.Listen(ip, address.Port, configure);
        else if (address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase))
            kestrel.ListenLocalhost(address.Port, configure);
        else
            kestrel.ListenAnyIP(address.Port, configure);
    }

    /// <summary>True when only this machine can reach the address.</summary>
    public static bool IsLoopback(BindingAddress address) =>
        address.IsUnixPipe
        || address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));
}
