using System.ClientModel;
using System.ClientModel.Primitives;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenAI;
using PromptGateway.Hosting;
using PromptGateway.Usage;

namespace PromptGateway.Tests.Gateway;

/// <summary>A whole gateway on loopback, with its own data directory; the API and the management address have ports of their own.</summary>
internal sealed class TestGateway : IAsyncDisposable
{
    public const string ApiKey = "test-api-key-0123456789abcdef";
    public const string AdminKey = "test-admin-key-0123456789abcdef";
    private readonly WebApplication _app;
    private readonly string _directory;

    private TestGateway(WebApplication app, string directory)
    {
        (_app, _directory) = (app, directory);
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.ToArray();
        Address = new Uri(addresses[0]);
        ManagementAddress = new Uri(addresses[1]);
        Client = NewClient();
        Management = new HttpClient { BaseAddress = ManagementAddress };
        Management.DefaultRequestHeaders.Add("Authorization", "Bearer " + AdminKey);
    }

    public Uri Address { get; }
    public Uri ManagementAddress { get; }

    /// <summary>Sends <see cref="ApiKey"/>.</summary>
    public HttpClient Client { get; }

    /// <summary>Sends <see cref="AdminKey"/> to the management address.</summary>
    public HttpClient Management { get; }
    public IServiceProvider Services => _app.Services;
    public string DataDirectory => Path.Combine(_directory, "data");

    /// <summary>The database's files. Nobody else may open the gateway's lock, which is empty.</summary>
    public IEnumerable<string> DataFiles =>
        Directory.EnumerateFiles(DataDirectory).Where(file => Path.GetFileName(file) != DirectoryClaim.FileName);
    public string ConfigFile => Path.Combine(_directory, "yarp.json");

    /// <summary>A gateway whose only upstream is the given one, declared the way a user would: by environment.</summary>
    public static Task<TestGateway> StartAsync(FakeUpstream upstream) => StartAsync(upstream.Environment);

    /// <param name="environment">Environment variables that the gateway sees, <c>OPENAI_BASE_URL</c> for example; null: none, so the simulator answers.</param>
    /// <param name="yarpJson">Content of <c>yarp.json</c>; null: no file.</param>
    /// <param name="configuration">Further configuration, <c>Prompts:MaxBodyBytes</c> for example.</param>
    /// <param name="settings">Changes the settings.</param>
    /// <param name="change">Changes the builder, to replace services for example.</param>
    /// <param name="logOutput">Gets the log as JSON lines; null: they go nowhere.</param>
    public static async Task<TestGateway> StartAsync(
        Dictionary<string, string>? environment = null,
        string? yarpJson = null,
        Dictionary<string, string?>? configuration = null,
        Func<GatewaySettings, GatewaySettings>? settings = null,
        Action<WebApplicationBuilder>? change = null,
        Stream? logOutput = null
    )
    {
        var directory = Directory.CreateTempSubdirectory("promptgateway-test-").FullName;
        var file = Path.Combine(directory, "yarp.json");
        if (yarpJson is not null)
            await File.WriteAllTextAsync(file, yarpJson);
        var standard = new GatewaySettings
        {
            Urls = "http://127.0.0.1:0",
            ManagementUrls = "http://127.0.0.1:0",
            Data = Path.Combine(directory, "data"),
            ConfigFile = yarpJson is null ? null : file,
            Environment = name => environment?.GetValueOrDefault(name),
        };
        var app = GatewayApp.Build(
            settings?.Invoke(standard) ?? standard,
            builder =>
            {
                builder.Configuration.AddInMemoryCollection(
                    new Dictionary<string, string?>
                    {
                        ["PROMPTGATEWAY_API_KEY"] = ApiKey,
                        ["PROMPTGATEWAY_ADMIN_KEY"] = AdminKey,
                        // A machine that runs many tests may take the processor away for longer than the few milliseconds of a live gateway.
                        ["Optimization:Policies:safe:MaxAddedMilliseconds"] = "1000",
                        ["Optimization:Policies:lossless:MaxAddedMilliseconds"] = "1000",
                    }
                );
                if (configuration is not null)
                    builder.Configuration.AddInMemoryCollection(configuration);
                change?.Invoke(builder);
            },
            logOutput ?? Stream.Null
        );
        await app.PrepareAsync(CancellationToken.None);
        await app.StartAsync();
        return new TestGateway(app, directory);
    }

    public HttpClient NewClient(string key = ApiKey)
    {
        var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = Address };
        client.DefaultRequestHeaders.Add("Authorization", "Bearer " + key);
        return client;
    }

    /// <summary>The official SDK with only base URL and key changed, and without its retries, which would hide failures.</summary>
    public OpenAIClient NewOpenAIClient(string key = ApiKey) =>
        new(
            new ApiKeyCredential(key),
            new OpenAIClientOptions { Endpoint = new Uri(Address, "v1"), RetryPolicy = new ClientRetryPolicy(maxRetries: 0) }
        );

    /// <summary>The ledger row of a request, once it is written; fails when it does not come.</summary>
    public async Task<UsageRecord> LedgerRowAsync(string requestId)
    {
        var ledger = Services.GetRequiredService<IUsageLog>();
        for (var i = 0; i < 500; i++)
        {
            if (await ledger.FindAsync(requestId, CancellationToken.None) is { } row)
                return row;
            await Task.Yield();
            await Task.Delay(10);
        }
        throw new TimeoutException($"No ledger row for {requestId}.");
    }

    public Task<UsageRecord> LedgerRowAsync(HttpResponseMessage response) =>
        LedgerRowAsync(response.Headers.GetValues("x-request-id").Single());

    /// <summary>Stops the host as SIGTERM would; what was written is complete afterwards.</summary>
    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        Management.Dispose();
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }
}
