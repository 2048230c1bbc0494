using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace PromptGateway.Tests.Deploy;

/// <summary>The program as the image starts it: its arguments and variables, in a process of its own, on ports of its own.</summary>
internal sealed partial class ContainerProcess : IAsyncDisposable
{
    private const int Terminate = 15;
    private readonly Process _process;
    private readonly string _directory;
    private readonly Dictionary<string, string> _environment;

    private ContainerProcess(Process process, string directory, Dictionary<string, string> environment, Uri api) =>
        (_process, _directory, _environment, Client) = (process, directory, environment, new HttpClient { BaseAddress = api });

    public HttpClient Client { get; }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Signal(int process, int signal);

    /// <param name="gateway">The place whose command line and variables are used.</param>
    /// <param name="extra">Further variables; they replace those of the place.</param>
    public static async Task<ContainerProcess> StartAsync(GatewayContainer gateway, Dictionary<string, string> extra)
    {
        var directory = Directory.CreateTempSubdirectory("promptgateway-container-").FullName;
        var (api, management) = (FreePort(), FreePort());
        var environment = new Dictionary<string, string>(gateway.Environment)
        {
            ["PROMPTGATEWAY_DATA"] = Path.Combine(directory, "data"),
            ["PROMPTGATEWAY_CONFIG"] = directory,
            ["PROMPTGATEWAY_URLS"] = gateway.Environment["PROMPTGATEWAY_URLS"].Replace("8080", $"{api}", StringComparison.Ordinal),
            ["PROMPTGATEWAY_MANAGEMENT_URLS"] = gateway
                .Environment["PROMPTGATEWAY_MANAGEMENT_URLS"]
                .Replace("8081", $"{management}", StringComparison.Ordinal),
        };
        environment.Remove("PATH");
        foreach (var (name, value) in extra)
            environment[name] = value;
        var process = Start(gateway.Commands[0], environment);
        var container = new ContainerProcess(process, directory, environment, new Uri($"http://127.0.0.1:{api}"));
        await container.ReadyAsync();
        return container;
    }

    /// <summary>Runs the health check of the image beside it, and gives its exit code.</summary>
    public async Task<int> RunAsync(string[] command)
    {
        using var process = Start(command, _environment);
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    public void Stop() => Signal(_process.Id, Terminate).ShouldBe(0);

    public async Task<int> ExitAsync()
    {
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private async Task ReadyAsync()
    {
        for (var i = 0; i < 3000; i++)
            try
            {
                using var answer = await Client.GetAsync("/readyz");
                if (answer.IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException) when (!_process.HasExited)
            {
                await Task.Delay(10);
            }
        throw new TimeoutException("The gateway did not become ready.");
    }

    private static Process Start(string[] arguments, Dictionary<string, string> environment)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(GatewayApp).Assembly.Location, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(n => n.StartsWith("PROMPTGATEWAY", StringComparison.Ordinal)).ToArray())
            start.Environment.Remove(name);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
