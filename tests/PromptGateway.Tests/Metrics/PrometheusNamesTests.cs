using PromptGateway.Metrics;

namespace PromptGateway.Tests.Metrics;

public sealed class PrometheusNamesTests
{
    [Theory]
    [InlineData("gen_ai.server.request.duration", "s", false, false, "gen_ai_server_request_duration_seconds")]
    [InlineData("gen_ai.client.token.usage", "{token}", false, false, "gen_ai_client_token_usage")]
    [InlineData("promptgateway.requests", "{request}", true, false, "promptgateway_requests_total")]
    [InlineData("promptgateway.cost", "usd", true, false, "promptgateway_cost_usd_total")]
    [InlineData("jobs.total", null, true, false, "jobs_total")]
    [InlineData("pool.usage", "1", false, true, "pool_usage_ratio")]
    [InlineData("disk.speed", "By/s", false, true, "disk_speed_bytes_per_second")]
    [InlineData("time.seconds", "s", false, true, "time_seconds")]
    [InlineData("2xx..answers", "", true, false, "_2xx_answers_total")]
    public void Metric_OpenTelemetryName_BecomesThePrometheusName(string name, string? unit, bool counter, bool gauge, string expected) =>
        PrometheusNames.Metric(name, unit, counter, gauge).ShouldBe(expected);
}
