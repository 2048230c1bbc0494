using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PromptGateway.Admin;
using PromptGateway.Budgets;
using PromptGateway.Keys;
using PromptGateway.Metrics;
using PromptGateway.RateLimits;
using PromptGateway.Storage;
using PromptGateway.Tests.Keys;
using PromptGateway.Tests.Storage;
using PromptGateway.Usage;

namespace PromptGateway.Tests.Admin;

/// <summary>The admin API on a real server on loopback, with a database of its own.</summary>
internal sealed class RunningAdmin : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly TempDirectory _directory;

    private RunningAdmin(WebApplication app, TempDirectory directory, CapturedLog log, FirstRunSecrets secrets)
    {
        (_app, _directory, Log, Secrets) = (app, directory, log, secrets);
        Client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri(app.Urls.First()) };
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", secrets.AdminKey);
    }

    /// <summary>Sends the admin key.</summary>
    public HttpClient Client { get; }
    public CapturedLog Log { get; }
    public FirstRunSecrets Secrets { get; }
    public string DataDirectory => _directory.Path;
    public KeyRing Ring => _app.Services.GetRequiredService<KeyRing>();
    public IUsageLog Ledger => _app.Services.GetRequiredService<IUsageLog>();
    public IReadOnlyList<Endpoint> Endpoints => ((IEndpointRouteBuilder)_app).DataSources.SelectMany(source => source.Endpoints).ToList();

    public static async Task<RunningAdmin> StartAsync(
        Action<IServiceCollection>? change = null,
        params (string Key, string? Value)[] configuration
    )
    {
        var (directory, log) = (new TempDirectory(), new CapturedLog());
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(configuration.Select(pair => KeyValuePair.Create(pair.Key, pair.Value)));
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Trace).AddProvider(log);
        builder.Services.AddGatewayStorage(directory.Path).AddGatewayKeys(builder.Configuration).AddGatewayAdmin(builder.Configuration);
        builder.Services.AddGatewayMetrics().AddSingleton<UsageWriter>();
        builder.Services.AddRateLimits(builder.Configuration).AddBudgets(builder.Configuration);
        change?.Invoke(builder.Services);
        var app = builder.Build();
        app.MapAdmin();
        var secrets = await app.Services.GetRequiredService<FirstRun>().EnsureAsync(default);
        await app.StartAsync();
        return new RunningAdmin(app, directory, log, secrets);
    }

    /// <returns>Status and body; an error is checked to be problem details.</returns>
    public async Task<(int Status, JsonElement Body)> SendAsync(HttpMethod method, string path, string? json = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (json is not null)
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        return await SendAsync(request);
    }

    public async Task<(int Status, JsonElement Body)> SendAsync(HttpRequestMessage request)
    {
        using var response = await Client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        response.Headers.CacheControl!.NoStore.ShouldBeTrue();
        var body = text.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(text);
        if (!response.IsSuccessStatusCode)
        {
            response.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
            body.GetProperty("status").GetInt32().ShouldBe((int)response.StatusCode);
            body.GetProperty("detail").GetString().ShouldNotBeNullOrWhiteSpace();
        }
        return ((int)response.StatusCode, body);
    }

    public Task<(int Status, JsonElement Body)> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    public Task<(int Status, JsonElement Body)> PostAsync(string path, string? json = null) => SendAsync(HttpMethod.Post, path, json);

    public Task<(int Status, JsonElement Body)> PatchAsync(string path, string json) => SendAsync(HttpMethod.Patch, path, json);

    public Task<(int Status, JsonElement Body)> DeleteAsync(string path) => SendAsync(HttpMethod.Delete, path);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        Log.Dispose();
        _directory.Dispose();
    }
}
