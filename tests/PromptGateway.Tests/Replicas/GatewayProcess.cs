using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using PromptGateway.Tests.Gateway;

namespace PromptGateway.Tests.Replicas;

/// <summary>A gateway in a process of its own, which can be killed.</summary>
internal sealed class GatewayProcess : IAsyncDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("promptgateway-replica-").FullName;
    private readonly Process _process;

    private GatewayProcess(Dictionary<string, string> environment)
    {
        Address = new Uri($"http://127.0.0.1:{FreePort()}");
        var management = new Uri($"http://127.0.0.1:{FreePort()}");
        string[] arguments =
        [
            Path.Combine(AppContext.BaseDirectory, "PromptGateway.dll"),
            "--urls",
            Address.ToString(),
            "--management-urls",
            management.ToString(),
        ];
        var start = new ProcessStartInfo("dotnet", arguments)
        {
            WorkingDirectory = _directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        start.Environment["PROMPTGATEWAY_ADMIN_KEY"] = TestGateway.AdminKey;
        start.Environment["PROMPTGATEWAY_API_KEY"] = TestGateway.ApiKey;
        _process = Process.Start(start)!;
        _process.OutputDataReceived += static (_, _) => { };
        _process.ErrorDataReceived += static (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        Client = NewClient(Address, TestGateway.ApiKey);
        Management = NewClient(management, TestGateway.AdminKey);
    }

    public Uri Address { get; }
    public HttpClient Client { get; }
    public HttpClient Management { get; }

    /// <summary>All at once; ready when the task completes.</summary>
    public static async Task<GatewayProcess[]> StartAsync(int count, Dictionary<string, string> environment)
    {
        GatewayProcess[] processes = [.. Enumerable.Range(0, count).Select(_ => new GatewayProcess(environment))];
        foreach (var process in processes)
            await Eventually.BecomesAsync(process.IsReadyAsync);
        return processes;
    }

    public HttpClient NewClient(string key) => NewClient(Address, key);

    /// <summary>As <c>kill -9</c> does.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        Management.Dispose();
        if (!_process.HasExited)
            await KillAsync();
        _process.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private async Task<bool> IsReadyAsync()
    {
        if (_process.HasExited)
            throw new InvalidOperationException($"The gateway ended with {_process.ExitCode}.");
        try
        {
            return (await Client.GetAsync("/v1/models")).StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static HttpClient NewClient(Uri address, string key)
    {
        var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = address };
        client.DefaultRequestHeaders.Add("Authorization", "Bearer " + key);
        return client;
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
