using System.CommandLine;
using System.Net.Security;

namespace PromptGateway.Cli;

/// <summary>
/// <c>promptgateway health</c>: asks a running gateway whether it is ready, as a health check for images without a shell. It asks the
/// management address, else the API, of the same configuration that <c>serve</c> in that container has.
/// </summary>
internal static class HealthCommand
{
    public static Command Create()
    {
        var options = new ServeOptions();
        var url = new Option<string?>("--url") { Description = "Address to ask (default: the management address of the configuration)" };
        var timeout = new Option<int>("--timeout") { Description = "Seconds to wait, 1 to 3600", DefaultValueFactory = _ => 3 };
        timeout.Validators.Add(given =>
        {
            if (given.Tokens is [var token] && int.TryParse(token.Value, out var seconds) && seconds is < 1 or > 3600)
                given.AddError("--timeout must be from 1 to 3600 seconds.");
        });
        var command = new Command("health", "Ask a running gateway whether it is ready; exit code 0 when it is") { url, timeout };
        options.AddTo(command);
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
                try
                {
                    var named = parsed.GetValue(url);
                    var address = named ?? ManagementAddress.Of(GatewaySettings.From(options.Sources(parsed)));
                    using var handler = new SocketsHttpHandler { UseProxy = false };
                    // Its own gateway on loopback, for which no certificate is made; nothing secret is sent.
                    if (named is null)
                        handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, faults) =>
                            !faults.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable);
                    using var client = new HttpClient(handler);
                    client.Timeout = TimeSpan.FromSeconds(parsed.GetValue(timeout));
                    using var response = await client.GetAsync(new Uri(ManagementAddress.Read(address), "/readyz"), cancellationToken);
                    await output.WriteAsync(await response.Content.ReadAsStringAsync(cancellationToken));
                    return response.IsSuccessStatusCode ? 0 : 1;
                }
                catch (Exception e)
                    when (e
                            is HttpRequestException
                                or UriFormatException
                                or OperationCanceledException
                                or Configuration.ConfigurationException
                    )
                {
                    await error.WriteLineAsync("The gateway does not answer: " + CallFailure.Words(e));
                    return 1;
                }
            }
        );
        return command;
    }
}
