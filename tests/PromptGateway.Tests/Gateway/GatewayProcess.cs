using System.Diagnostics;
using System.Net;

namespace PromptGateway.Tests.Gateway;

/// <summary>A gateway in a process of its own, which can be killed. It takes <see cref="TestGateway.ApiKey"/> and <see cref="TestGateway.AdminKey"/>.</summary>
internal sealed class GatewayProcess : IAsyncDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("promptgateway-process-").FullName;
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Process _process;

    private GatewayProcess(Dictionary<string, string> environment)
    {
        string[] arguments =
        [
            Path.Combine(AppContext.BaseDirectory, "PromptGateway.dll"),
            "--urls",
            "http://127.0.0.1:0",
            "--management-urls",
            "http://127.0.0.1:0",
        ];
        var start = new ProcessStartInfo("dotnet", arguments)
        {
            WorkingDirectory = _directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // Those of a gateway that the test's own environment has.
        foreach (var name in start.Environment.Keys.Where(n => n.StartsWith("PROMPTGATEWAY", StringComparison.Ordinal)).ToArray())
            start.Environment.Remove(name);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        start.Environment["PROMPTGATEWAY_ADMIN_KEY"] = TestGateway.AdminKey;
        start.Environment["PROMPTGATEWAY_API_KEY"] = TestGateway.ApiKey;
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => ReadBanner(line.Data);
        // A pipe that nobody reads fills up, and stops who writes to it.
        _process.ErrorDataReceived += static (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public HttpClient Client { get; private set; } = null!;
    public HttpClient Management { get; private set; } = null!;

    /// <summary>Ready when the task completes.</summary>
    public static async Task<GatewayProcess> StartAsync(Dictionary<string, string> environment) => (await StartAsync(1, environment))[0];

    /// <summary>All at once.</summary>
    public static async Task<GatewayProcess[]> StartAsync(int count, Dictionary<string, string> environment)
    {
        GatewayProcess[] processes = [.. Enumerable.Range(0, count).Select(_ => new GatewayProcess(environment))];
        try
        {
            foreach (var process in processes)
                await Eventually.BecomesAsync(process.IsReadyAsync);
            return processes;
        }
        catch
        {
            foreach (var process in processes)
                await process.DisposeAsync();
            throw;
        }
    }

    public HttpClient NewClient(string key) => NewClient(Client.BaseAddress!, key);

    /// <summary>Signal 9: no handler runs, nothing is flushed.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Client?.Dispose();
        Management?.Dispose();
        if (!_process.HasExited)
            await KillAsync();
        _process.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private async Task<bool> IsReadyAsync()
    {
        if (_process.HasExited)
            throw new InvalidOperationException($"The gateway ended with {_process.ExitCode}.");
        if (!_started.Task.IsCompleted)
            return false;
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

    /// <summary>It chooses its ports itself and says which.</summary>
    private void ReadBanner(string? line)
    {
        string[] words = (line ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words is ["API", var api, ..])
            Client = NewClient(new Uri(new Uri(api), "/"), TestGateway.ApiKey);
        else if (words is ["management", var management, ..])
        {
            Management = NewClient(new Uri(new Uri(management), "/"), TestGateway.AdminKey);
            _started.SetResult();
        }
    }
}
