using System.ClientModel;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Anthropic;
using OpenAI;
using PromptGateway.Simulator;

namespace PromptGateway.Tests.Simulator;

/// <summary>A simulator with the clients that talk to it.</summary>
internal sealed class RunningSimulator : IAsyncDisposable
{
    private RunningSimulator(SimulatorHost host)
    {
        Host = host;
        Http = new HttpClient { BaseAddress = new Uri(host.BaseAddress, "/") };
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", host.Secret);
    }

    public SimulatorHost Host { get; }

    public HttpClient Http { get; }

    public ApiKeyCredential Credential => new(Host.Secret);

    public OpenAIClientOptions OpenAIOptions => new() { Endpoint = Host.BaseAddress };

    public AnthropicClient Anthropic => new() { BaseUrl = Host.BaseAddress.GetLeftPart(UriPartial.Authority), ApiKey = Host.Secret };

    public static async Task<RunningSimulator> StartAsync(SimulatorOptions? options = null, TimeProvider? clock = null) =>
        new(await SimulatorHost.StartAsync(options ?? new(), clock ?? TimeProvider.System, CancellationToken.None));

    public async Task<HttpResponseMessage> PostAsync(string path, string json, string? settings = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new StringContent(json, Encoding.UTF8, "application/json"),
        };
        if (settings is not null)
            request.Headers.Add("x-simulator", settings);
        if (path.Contains("/messages", StringComparison.Ordinal))
            request.Headers.Add("anthropic-version", "2023-06-01");
        return await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    /// <summary>Posts and reads a JSON answer of any status.</summary>
    public async Task<JsonElement> PostJsonAsync(string path, string json, string? settings = null)
    {
        using var response = await PostAsync(path, json, settings);
        return JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
    }

    /// <summary>Posts and reads a stream to its end.</summary>
    public async Task<string> PostTextAsync(string path, string json, string? settings = null)
    {
        using var response = await PostAsync(path, json, settings);
        return await response.Content.ReadAsStringAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Host.DisposeAsync();
    }
}
