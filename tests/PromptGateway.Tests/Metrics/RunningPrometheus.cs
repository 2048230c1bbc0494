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

    private RunningPrometheus(Uri target, IEnumerable<string> ruleFiles)
    {
        var port = FreePort();
        _http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        var config = Path.Combine(_directory.FullName, "prometheus.yml");
        File.WriteAllText(
            config,
            $$"""
            global: { scrape_interval: 200ms, scrape_timeout: 200ms, evaluation_interval: 500ms }
            rule_files: [ {{string.Join(", ", CopyRules(ruleFiles))}} ]
            scrape_configs:
              - job_name: promptgateway
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
    public static async Task<RunningPrometheus> StartAsync(Uri target, CancellationToken cancellation, params string[] ruleFiles)
    {
        var prometheus = new RunningPrometheus(target, ruleFiles);
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

    /// <summary>The values of all samples that a query gives now.</summary>
    /// <exception cref="InvalidOperationException">Prometheus does not understand the query; it says why.</exception>
    public async Task<List<double>> ValuesAsync(string query, CancellationToken cancellation)
    {
        using var json = await GetAsync("/api/v1/query?query=" + Uri.EscapeDataString(query), cancellation);
        if (json.RootElement.GetProperty("status").GetString() != "success")
            throw new InvalidOperationException($"{query}: {json.RootElement.GetProperty("error").GetString()}");
        return
        [
            .. json
                .RootElement.GetProperty("data")
                .GetProperty("result")
                .EnumerateArray()
                .Select(sample => ParseValue(sample.GetProperty("value")[1].GetString()!)),
        ];
    }

    /// <summary>Any answer of Prometheus' API.</summary>
    public async Task<JsonDocument> GetAsync(string path, CancellationToken cancellation)
    {
        using var answer = await _http.GetAsync(path, cancellation);
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync(cancellation));
    }

    private static double ParseValue(string value) =>
        value switch
        {
            "+Inf" => double.PositiveInfinity,
            "-Inf" => double.NegativeInfinity,
            _ => double.Parse(value, System.Globalization.CultureInfo.InvariantCulture),
        };

    /// <summary>Copies whose groups are evaluated as often as all others: nobody waits five minutes for a test.</summary>
    private List<string> CopyRules(IEnumerable<string> files)
    {
        var copies = new List<string>();
        foreach (var file in files)
        {
            var copy = Path.Combine(_directory.FullName, Path.GetFileName(file));
            File.WriteAllLines(
                copy,
                File.ReadLines(file).Where(line => !line.TrimStart().StartsWith("interval:", StringComparison.Ordinal))
            );
            copies.Add(copy);
        }
        return copies;
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
