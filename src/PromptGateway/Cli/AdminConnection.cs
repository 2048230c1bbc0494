using System.CommandLine;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using PromptGateway.Admin;

namespace PromptGateway.Cli;

/// <summary>The admin API of a running gateway, for commands that ask it instead of the database.</summary>
internal sealed class AdminConnection
{
    private const string KeyVariable = "PROMPTGATEWAY_ADMIN_KEY";

    private readonly Option<string> _url = new("--management-url")
    {
        Description = $"Management address of the gateway (default {GatewaySettings.DefaultManagementUrls})",
        DefaultValueFactory = _ => GatewaySettings.DefaultManagementUrls,
    };

    private readonly Option<string?> _key = new("--admin-key") { Description = $"Admin key (default: {KeyVariable})" };

    /// <summary>Adds the options, and runs the work with a client; 2 when the gateway cannot be asked or refuses.</summary>
    public void Run(Command command, Func<HttpClient, ParseResult, CancellationToken, Task<int>> work)
    {
        command.Options.Add(_url);
        command.Options.Add(_key);
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                var url = parsed.GetRequiredValue(_url);
                try
                {
                    // Not by way of a proxy of the environment, which would see the admin key.
                    using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri(url) };
                    var secret = parsed.GetValue(_key) ?? Environment.GetEnvironmentVariable(KeyVariable);
                    if (!string.IsNullOrEmpty(secret))
                        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", secret);
                    return await work(client, parsed, cancellationToken);
                }
                catch (Exception e) when (e is HttpRequestException or JsonException or UriFormatException or FormatException)
                {
                    await parsed.InvocationConfiguration.Error.WriteLineAsync($"{Said(e)}: {e.Message} {Advice(e, url)}".TrimEnd());
                    return 2;
                }
            }
        );
    }

    private static string Said(Exception failure) =>
        failure is HttpRequestException { StatusCode: not null } ? "The gateway refuses" : "The gateway cannot be asked";

    private static string Advice(Exception failure, string url) =>
        failure switch
        {
            HttpRequestException { StatusCode: HttpStatusCode.Unauthorized } => $"Give it with --admin-key or {KeyVariable}.",
            HttpRequestException { StatusCode: HttpStatusCode.NotFound } or JsonException =>
                $"Is {url} its management address? Name that with --management-url.",
            HttpRequestException { StatusCode: null } or UriFormatException =>
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

    /// <exception cref="HttpRequestException">The gateway refused; its words are in the message.</exception>
    public static async Task EnsureAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        if (answer.IsSuccessStatusCode)
            return;
        var text = await answer.Content.ReadAsStringAsync(cancellationToken);
        throw new HttpRequestException($"{(int)answer.StatusCode} {Detail(text)}", null, answer.StatusCode);
    }

    private static string Detail(string text)
    {
        try
        {
            using var problem = JsonDocument.Parse(text);
            // What is not the admin API has errors of its own shape.
            return problem.RootElement.TryGetProperty("error", out var other)
                ? other.GetProperty("message").GetString() ?? text
                : problem.RootElement.GetProperty("detail").GetString() ?? text;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return text;
        }
    }
}
