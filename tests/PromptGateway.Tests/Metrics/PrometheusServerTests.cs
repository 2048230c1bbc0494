using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using PromptGateway.Metrics;

namespace PromptGateway.Tests.Metrics;

/// <summary>The real Prometheus and its <c>promtool</c>, which must be in <c>PATH</c> (Debian: <c>apt-get install prometheus</c>).</summary>
public sealed class PrometheusServerTests : IAsyncLifetime, IDisposable
{
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(60));
    private WebApplication _app = null!;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore().AddGatewayMetrics();
        _app = builder.Build();
        _app.UseRouting();
        _app.MapPrometheus();
        await _app.StartAsync();
        Populate(_app.Services.GetRequiredService<GatewayMetrics>());
    }

    [Fact]
    public async Task Promtool_ChecksTheMetrics_WithoutComplaint()
    {
        using var http = new HttpClient();
        using var answer = await http.GetAsync(Address("/metrics"), _limit.Token);
        answer.Content.Headers.ContentType!.ToString().ShouldBe("text/plain; version=0.0.4; charset=utf-8");
        var text = await answer.Content.ReadAsStringAsync();
        text.ShouldContain("kestrel_active_connections");
        text.ShouldContain("http_client_open_connections");

        using var promtool = Start("promtool", ["check", "metrics"], redirectInput: true);
        await promtool.StandardInput.WriteAsync(text);
        promtool.StandardInput.Close();
        var complaints = promtool.StandardError.ReadToEndAsync(_limit.Token);
        var said = await promtool.StandardOutput.ReadToEndAsync(_limit.Token);
        await promtool.WaitForExitAsync(_limit.Token);

        (said + await complaints).Trim().ShouldBe("");
        promtool.ExitCode.ShouldBe(0);
    }

    [Theory]
    [InlineData("application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1", true)]
    [InlineData("application/openmetrics-text", true)]
    [InlineData("application/openmetrics-text;q=0.4,text/plain;q=0.5", false)]
    [InlineData("application/openmetrics-text;q=0", false)]
    [InlineData("text/plain;version=0.0.4,*/*", false)]
    [InlineData("*/*", false)]
    public async Task Scrape_AsOpenMetrics_OnlyForThoseWhoAskForIt(string accept, bool expected)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, Address("/metrics"));
        request.Headers.TryAddWithoutValidation("Accept", accept);

        using var answer = await http.SendAsync(request, _limit.Token);

        var text = await answer.Content.ReadAsStringAsync();
        answer
            .Content.Headers.ContentType!.ToString()
            .ShouldBe(expected ? PrometheusEndpoint.OpenMetricsType : PrometheusEndpoint.ContentType);
        text.EndsWith("\n# EOF\n", StringComparison.Ordinal).ShouldBe(expected);
        text.Contains("# TYPE promptgateway_requests counter\n", StringComparison.Ordinal).ShouldBe(expected);
        text.ShouldContain("\npromptgateway_requests_total{");
    }

    /// <summary>Prometheus itself asks for OpenMetrics.</summary>
    [Fact]
    public async Task Prometheus_ScrapesTheGateway_AndAnswersQueries()
    {
        using var prometheus = await RunningPrometheus.StartAsync(new Uri(Address("/metrics")), _limit.Token);

        (await prometheus.QueryAsync("sum(promptgateway_requests_total)", _limit.Token)).ShouldBe("3");
        (await prometheus.QueryAsync("up", _limit.Token)).ShouldBe("1");
        (await prometheus.QueryAsync("sum(promptgateway_cost_usd_total)", _limit.Token)).ShouldBe("0.0045");
        (
            await prometheus.QueryAsync(
                "histogram_quantile(0.5, sum by (le) (gen_ai_server_request_duration_seconds_bucket{gen_ai_request_model=\"gpt-4o\"}))",
                _limit.Token
            )
        ).ShouldBe("3.84");
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    public void Dispose() => _limit.Dispose();

    internal static Process Start(string program, IEnumerable<string> arguments, bool redirectInput = false)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = redirectInput,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new InvalidOperationException(
                $"'{program}' is not in PATH. These tests want the real Prometheus: apt-get install -y prometheus.",
                e
            );
        }
    }

    private string Address(string path) => _app.Urls.Single() + path;

    private static void Populate(GatewayMetrics metrics)
    {
        for (var i = 0; i < 3; i++)
            metrics.Record(MeasuredGateway.Chat());
        metrics.RequestArrived();
        metrics.Refused("rate_limit_exceeded");
        metrics.AttemptFinished("openai-1", "ok", 200);
        metrics.UsageMissing("openai-1");
        metrics.PriceUnknown("openai-1", "gpt-4o");
        metrics.ClientClosed("mid_answer");
        metrics.TapGaveUp("event_too_long");
        metrics.ConfigReloaded(applied: true);
        metrics.LedgerRowsWritten(3);
        metrics.LedgerWriteFailed();
        metrics.State.ReadLedgerQueue(() => 2);
        metrics.State.ReadKeyStoreStaleness(() => TimeSpan.FromSeconds(1));
    }
}
