using PromptGateway.Metrics;

namespace PromptGateway.Tests.Metrics;

/// <summary>Names that come from outside must not make series (a scrape is only as cheap as it is short).</summary>
public sealed class CardinalityTests
{
    [Fact]
    public async Task Record_HundredThousandInventedModelsThatFail_MakeOneSeries()
    {
        using var gateway = new MeasuredGateway();
        gateway.Metrics.Know(models: ["gpt-4o"], upstreams: ["openai-1"]);
        gateway.Metrics.Record(MeasuredGateway.Chat());
        var before = await LinesAsync(gateway);

        for (var i = 0; i < 100_000; i++)
            gateway.Metrics.Record(MeasuredGateway.Chat($"invented-{i}", status: 404));

        var requests = await gateway.SamplesAsync("promptgateway_requests_total");
        requests.Count.ShouldBe(2);
        requests.Values.Sum().ShouldBe(100_001);
        (await LinesAsync(gateway) - before).ShouldBeLessThan(100);
    }

    [Fact]
    public async Task Record_HundredThousandInventedModelsThatSucceed_StayWithinTheLimitAndSumExactly()
    {
        using var gateway = new MeasuredGateway(new MetricsOptions { MaxModels = 20 });
        gateway.Metrics.Know(models: ["gpt-4o"], upstreams: ["openai-1"]);

        for (var i = 0; i < 100_000; i++)
            gateway.Metrics.Record(MeasuredGateway.Chat($"invented-{i}"));
        gateway.Metrics.Record(MeasuredGateway.Chat("gpt-4o"));

        var requests = await gateway.SamplesAsync("promptgateway_requests_total");
        requests.Count.ShouldBe(22);
        requests.Values.Sum().ShouldBe(100_001);
        requests.Single(sample => sample.Key.Contains("model=\"gpt-4o\"", StringComparison.Ordinal)).Value.ShouldBe(1);
        requests.Single(sample => sample.Key.Contains("model=\"other\"", StringComparison.Ordinal)).Value.ShouldBe(99_980);
    }

    [Fact]
    public async Task Record_TwoHundredModels_KeepHistogramsOfFiftyAndCountAll()
    {
        using var gateway = new MeasuredGateway();
        gateway.Metrics.Know(models: Enumerable.Range(0, 200).Select(i => $"model-{i}"), upstreams: ["openai-1"]);

        for (var i = 0; i < 200; i++)
            gateway.Metrics.Record(MeasuredGateway.Chat($"model-{i}"));

        (await gateway.SamplesAsync("promptgateway_requests_total")).Count.ShouldBe(200);
        var durations = await gateway.SamplesAsync("gen_ai_server_request_duration_seconds_count");
        durations.Count.ShouldBe(51);
        durations.Values.Sum().ShouldBe(200);
        durations.Single(sample => sample.Key.Contains("gen_ai_request_model=\"other\"", StringComparison.Ordinal)).Value.ShouldBe(150);
        (await LinesAsync(gateway)).ShouldBeLessThan(8000);
    }

    [Fact]
    public async Task Record_ModelThatFailedAndThenSucceeded_HasItsOwnSeriesFromThenOn()
    {
        using var gateway = new MeasuredGateway();

        gateway.Metrics.Record(MeasuredGateway.Chat("late", status: 503));
        gateway.Metrics.Record(MeasuredGateway.Chat("late", status: 101));
        gateway.Metrics.Record(MeasuredGateway.Chat("late", status: 503));

        var requests = await gateway.SamplesAsync("promptgateway_requests_total");
        requests.Count(sample => sample.Key.Contains("model=\"late\"", StringComparison.Ordinal)).ShouldBe(2);
        requests.Count(sample => sample.Key.Contains("model=\"unknown\"", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public async Task Record_KeysTimesModelsPastTheSeriesLimit_FoldsAndSumsExactly()
    {
        using var gateway = new MeasuredGateway(new MetricsOptions { MaxSeries = 300 });

        for (var i = 0; i < 20_000; i++)
            gateway.Metrics.Record(MeasuredGateway.Chat($"model-{i % 100}", $"key-{i % 199}"));

        var requests = await gateway.SamplesAsync("promptgateway_requests_total");
        requests.Count.ShouldBe(301);
        requests.Values.Sum().ShouldBe(20_000);
        requests.Keys.ShouldContain(labels => labels.Contains("key=\"other\",model=\"other\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Record_HostileNames_KeepOneSampleALine()
    {
        using var gateway = new MeasuredGateway();

        gateway.Metrics.Record(MeasuredGateway.Chat("a\"} 1\n# TYPE evil counter\nevil 1\\", key: "\u0000\u0001\ttab"));

        var text = await gateway.ScrapeAsync();
        text.ShouldContain("""{key="___tab",model="a\"} 1_# TYPE evil counter_evil 1\\",""");
        text.Split('\n').ShouldNotContain(line => line.StartsWith("evil", StringComparison.Ordinal));
    }

    /// <summary>Of the gateway's own metrics: .NET's go on counting what other tests do.</summary>
    private static async Task<int> LinesAsync(MeasuredGateway gateway) =>
        (await gateway.ScrapeAsync())
            .Split('\n')
            .Count(line =>
                line.StartsWith("promptgateway_", StringComparison.Ordinal) || line.StartsWith("gen_ai_", StringComparison.Ordinal)
            );
}
