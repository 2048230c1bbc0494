using System.CommandLine;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using PromptGateway.Admin;
using PromptGateway.Configuration;
using PromptGateway.Keys;

namespace PromptGateway.Cli;

/// <summary>
/// The admin API of a running gateway, for commands that ask it instead of the database. Address and key are those of the same
/// configuration that <c>serve</c> has, unless they are named.
/// </summary>
internal sealed class AdminConnection
{
    /// <summary>A gateway that sums up a large ledger may take its time.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(100);

    private readonly Option<string?> _url = new("--management-url")
    {
        Description = $"Management address of the gateway (PROMPTGATEWAY_MANAGEMENT_URLS; default {GatewaySettings.DefaultManagementUrls})",
    };

    private readonly Option<string?> _key = new("--admin-key") { Description = $"Admin key ({KeysConfiguration.AdminKeyVariable})" };

    private readonly Option<string?> _config = new("--config")
    {
        Description = "The configuration of the gateway, which may name its management address (PROMPTGATEWAY_CONFIG; default .)",
    };

    /// <summary>
    /// Adds the options, and runs the work with a client; 2 when the gateway cannot be asked or refuses, 1 when the work throws a
    /// <see cref="FormatException"/> about its arguments.
    /// </summary>
    public void Run(Command command, Func<HttpClient, ParseResult, CancellationToken, Task<int>> work)
    {
        foreach (var option in (Option[])[_url, _key, _config])
            command.Options.Add(option);
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                var url = parsed.GetValue(_url);
                var error = parsed.InvocationConfiguration.Error;
                try
                {
                    var sources = ConfigurationSources.OfProcess(parsed.GetValue(_config), new Dictionary<string, ConfigurationValue>());
                    url = url is null ? Configured(sources) : ManagementAddress.Callable(url);
                    using var client = Client(url, parsed.GetValue(_key) ?? sources.Named(KeysConfiguration.AdminKeyVariable));
                    return await work(client, parsed, cancellationToken);
                }
                catch (FormatException e) when (e is not UriFormatException)
                {
                    await error.WriteLineAsync(e.Message);
                    return 1;
                }
                catch (ConfigurationException e)
                {
                    await error.WriteLineAsync(e.Message);
                    return 2;
                }
                catch (Exception e) when (e is HttpRequestException or JsonException or UriFormatException or TaskCanceledException)
                {
                    await error.WriteLineAsync($"{Said(e)}: {CallFailure.Words(e)} {Advice(e, url)}".TrimEnd());
                    return 2;
                }
            }
        );
    }

    /// <exception cref="ConfigurationException">What cannot be read may name another address.</exception>
    private static string Configured(ConfigurationSources sources) =>
        LoadedConfiguration.From(sources).Errors is { Count: > 0 } errors
            ? throw new ConfigurationException([.. errors])
            : ManagementAddress.Of(GatewaySettings.From(sources));

    private static HttpClient Client(string url, string? secret)
    {
        var address = ManagementAddress.Read(url);
        // Not by way of a proxy of the environment, which would see the admin key.
        var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = address, Timeout = Patience };
        if (!string.IsNullOrEmpty(secret))
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", secret);
        return client;
    }

    private static string Said(Exception failure) =>
        failure is HttpRequestException { StatusCode: not null } ? "The gateway refuses" : "The gateway cannot be asked";

    private static string Advice(Exception failure, string? url) =>
        failure switch
        {
            HttpRequestException { StatusCode: HttpStatusCode.Unauthorized } =>
                $"Give it with --admin-key or {KeysConfiguration.AdminKeyVariable}.",
            HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } =>
                "Call it by the name in its certificate, with --management-url; who issued that must be trusted here.",
            HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse } or JsonException =>
                $"Is {url} its management address? Name that with --management-url.",
            HttpRequestException { StatusCode: null } or UriFormatException or TaskCanceledException =>
                $"Is it running, with {url} as its management address? Name another with --management-url.",
            _ => "",
        };

    /// <summary>The answer's body.</summary>
    /// <exception cref="HttpRequestException">The gateway refused; its words are in the message.</exception>
    public static async Task<T> ReadAsync<T>(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        await EnsureAsync(answer, cancellationToken);
        return await answer.Content.ReadFromJsonAsync<T>(AdminJson.Options, cancellationToken)
            ?? throw new JsonException("The answer is empty.");
    }

    /// <exception cref="HttpRequestException">
    /// The gateway refused; its words are in the message. <see cref="HttpRequestError.InvalidResponse"/>: it is not an admin API.
    /// </exception>
    public static async Task EnsureAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        if (answer.IsSuccessStatusCode)
            return;
        var text = await answer.Content.ReadAsStringAsync(cancellationToken);
        var (kind, words) = Words(text, "detail") is { } detail
            ? (HttpRequestError.Unknown, detail)
            : (HttpRequestError.InvalidResponse, Words(text, "error", "message") ?? text);
        throw new HttpRequestException(kind, $"{(int)answer.StatusCode} {words}", null, answer.StatusCode);
    }

    private static string? Words(string text, params string[] path)
    {
        try
        {
            using var problem = JsonDocument.Parse(text);
            var found = problem.RootElement;
            foreach (var name in path)
                if (found.ValueKind != JsonValueKind.Object || !found.TryGetProperty(name, out found))
                    return null;
            return found.ValueKind == JsonValueKind.String ? found.GetString() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
