using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace PromptGateway.Benchmarks.Load;

/// <summary>A proxy in a process of its own, whose processor time is what is measured.</summary>
internal sealed class MeasuredProcess : IDisposable
{
    public const string AdminKey = "load-benchmark-admin-0123456789";
    private readonly Process _process;
    private readonly string _directory;

    private MeasuredProcess(Func<int, int, string[]> arguments, Dictionary<string, string> environment)
    {
        (Port, ManagementPort) = (FreePort(), FreePort());
        _directory = Directory.CreateTempSubdirectory("promptgateway-load-").FullName;
        var start = new ProcessStartInfo("dotnet", arguments(Port, ManagementPort))
        {
            RedirectStandardOutput = true,
            WorkingDirectory = _directory,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
    }

    public int Port { get; }

    /// <summary>Of the gateway.</summary>
    public int ManagementPort { get; }

    /// <summary>Bytes.</summary>
    public long WorkingSet
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    public static MeasuredProcess StartYarp(int upstreamPort) =>
        new((port, _) => [typeof(MeasuredProcess).Assembly.Location, "bare-yarp", $"{port}", $"{upstreamPort}"], []);

    /// <param name="upstreamPort">Of the provider.</param>
    /// <param name="settings">Further environment variables.</param>
    public static MeasuredProcess StartGateway(int upstreamPort, Dictionary<string, string>? settings = null) =>
        new(
            (port, management) =>
                [
                    Path.Combine(AppContext.BaseDirectory, "PromptGateway.dll"),
                    "--urls",
                    $"http://127.0.0.1:{port}",
                    "--management-urls",
                    $"http://127.0.0.1:{management}",
                ],
            new(settings ?? [])
            {
                ["OPENAI_API_KEY"] = "sk-benchmark",
                ["OPENAI_BASE_URL"] = $"http://127.0.0.1:{upstreamPort}/v1",
                ["PROMPTGATEWAY_API_KEY"] = LoadGenerator.Key,
                ["PROMPTGATEWAY_ADMIN_KEY"] = AdminKey,
            }
        );

    public async Task WaitUntilReadyAsync()
    {
        for (var i = 0; i < 300; i++)
        {
            try
            {
                using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(IPAddress.Loopback, Port);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(100);
            }
        }
        throw new TimeoutException("The process did not start to listen.");
    }

    private static int FreePort()
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        Directory.Delete(_directory, recursive: true);
    }
}
