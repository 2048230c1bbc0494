using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;

namespace PromptGateway.Tests.Gateway;

/// <summary>The program in a process of its own, which can be killed.</summary>
internal sealed class GatewayProcess : IDisposable
{
    private readonly Process _process;

    /// <param name="environment">Variables on top of the test's own; those of a gateway that the test's own has are taken away.</param>
    public GatewayProcess(Dictionary<string, string> environment)
    {
        Address = new Uri($"http://127.0.0.1:{FreePort()}");
        var start = new ProcessStartInfo(
            "dotnet",
            [typeof(GatewayApp).Assembly.Location, "--urls", Address.ToString(), "--management-urls", "http://127.0.0.1:0"]
        )
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(n => n.StartsWith("PROMPTGATEWAY", StringComparison.Ordinal)).ToArray())
            start.Environment.Remove(name);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        _process = Process.Start(start)!;
        // A pipe that nobody reads fills up, and stops who writes to it.
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public Uri Address { get; }

    /// <summary>Sends <see cref="TestGateway.ApiKey"/>.</summary>
    public HttpClient NewClient() =>
        new()
        {
            BaseAddress = Address,
            DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", TestGateway.ApiKey) },
        };

    public async Task ReadyAsync()
    {
        using var client = new HttpClient { BaseAddress = Address };
        for (var i = 0; i < 6000; i++)
            try
            {
                using var answer = await client.GetAsync("/readyz");
                if (answer.IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException) when (!_process.HasExited)
            {
                await Task.Delay(10);
            }
        throw new TimeoutException("The gateway did not become ready.");
    }

    /// <summary>Signal 9: no handler runs, nothing is flushed.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            Kill();
        _process.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
