using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace PromptGateway.Tests.Metrics;

/// <summary>A Prometheus server of its own, on a free port and in a directory of its own, that scrapes one target.</summary>
internal sealed class RunningPrometheus : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("promptgateway-prometheus-");
    private readonly HttpClient _http;
    private readonly Process _process;
    private readonly Task<string> _log;

    private RunningPrometheus(Uri target)
    {
        var port = FreePort();
        _http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        var config = Path.Combine(_directory.FullName, "prometheus.yml");
        File.WriteAllText(
            config,
            $$"""
            global: { scrape_interval: 200ms, scrape_timeout: 200ms }
            scrape_configs:
              - job_name: gateway
                metrics_path: {{target.AbsolutePath}}
                static_configs: [ { targets: [ "{{target.Authority}}" ] } ]
            """
        );
        _process = PrometheusServerTests.Start(
            "prometheus",
            [
                $"--config.file={config}",
                $"--storage.tsdb.path={Path.Combine(_directory.FullName, "data")}",
                $"--web.listen-address=127.0.0.1:{port}",
                "--log.level=warn",
            ]
        );
        _log = _process.StandardError.ReadToEndAsync();
        _ = _process.StandardOutput.ReadToEndAsync();
    }

    /// <summary>Starts it and waits until it has scraped the target once.</summary>
    public static async Task<RunningPrometheus> StartAsync(Uri target, CancellationToken cancellation)
    {
        var prometheus = new RunningPrometheus(target);
        try
        {
            while (await prometheus.QueryAsync("promptgateway_requests_in_flight", cancellation) is null)
                await Task.Delay(50, cancellation);
            return prometheus;
        }
        catch
        {
            prometheus.Dispose();
            throw;
        }
    }

    /// <summary>The value of the only sample that a query gives; null when it gives none, or the server is not up yet.</summary>
    public async Task<string?> QueryAsync(string query, CancellationToken cancellation)
    {
        if (_process.HasExited)
            throw new InvalidOperationException("Prometheus ended by itself: " + await _log);
        try
        {
            using var answer = await _http.GetAsync("/api/v1/query?query=" + Uri.EscapeDataString(query), cancellation);
            if (answer.StatusCode == HttpStatusCode.ServiceUnavailable)
                return null;
            using var json = JsonDocument.Parse(await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync(cancellation));
            var samples = json.RootElement.GetProperty("data").GetProperty("result");
            return samples.GetArrayLength() == 0 ? null : samples.EnumerateArray().Single().GetProperty("value")[1].GetString();
        }
        catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.ConnectionError)
        {
            return null;
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }
        _process.Dispose();
        _http.Dispose();
        _directory.Delete(recursive: true);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
