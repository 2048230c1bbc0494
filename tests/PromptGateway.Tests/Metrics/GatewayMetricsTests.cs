using PromptGateway.Metrics;

namespace PromptGateway.Tests.Metrics;

public sealed class GatewayMetricsTests
{
    private const string KeyModelOperation = "key=\"app\",model=\"gpt-4o\",operation=\"chat\"";

    [Fact]
    public async Task Record_OneStream_ShowsInEverySum()
    {
        using var gateway = new MeasuredGateway();

        gateway.Metrics.Record(MeasuredGateway.Chat());

        (await gateway.SamplesAsync("promptgateway_requests_total")).ShouldBe(
            new()
            {
                [$"{{{KeyModelOperation},outcome=\"ok\",provider=\"openai\",status=\"2xx\",team=\"search\",upstream=\"openai-1\"}}"] = 1,
            }
        );
        (await gateway.SamplesAsync("promptgateway_tokens_total")).ShouldBe(
            new Dictionary<string, double>
            {
                [$"{{{KeyModelOperation},provider=\"openai\",team=\"search\",type=\"input\",upstream=\"openai-1\"}}"] = 100,
                [$"{{{KeyModelOperation},provider=\"openai\",team=\"search\",type=\"cached_input\",upstream=\"openai-1\"}}"] = 40,
                [$"{{{KeyModelOperation},provider=\"openai\",team=\"search\",type=\"output\",upstream=\"openai-1\"}}"] = 11,
            },
            ignoreOrder: true
        );
        (await gateway.SamplesAsync("promptgateway_cost_usd_total")).ShouldBe(
            new() { [$"{{{KeyModelOperation},provider=\"openai\",team=\"search\",upstream=\"openai-1\"}}"] = 0.0015 }
        );
        (await gateway.SamplesAsync("promptgateway_usage_source_total")).ShouldBe(
            new() { ["{source=\"provider\",upstream=\"openai-1\"}"] = 1 }
        );
    }

    [Fact]
    public async Task Record_OneStream_ShowsInTheHistogramsUnderTheirGenAiNames()
    {
        using var gateway = new MeasuredGateway();
        const string model =
            "{gen_ai_operation_name=\"chat\",gen_ai_original_model=\"gpt-4o\",gen_ai_provider_name=\"openai\","
            + "gen_ai_request_model=\"gpt-4o\",gen_ai_response_model=\"gpt-4o\"";
        const string times = model + ",promptgateway_upstream=\"openai-1\"}";

        gateway.Metrics.Record(MeasuredGateway.Chat());

        (await gateway.SamplesAsync("gen_ai_server_request_duration_seconds_sum")).ShouldBe(new() { [times] = 3 });
        (await gateway.SamplesAsync("gen_ai_server_time_to_first_token_seconds_sum")).ShouldBe(new() { [times] = 1 });
        (await gateway.SamplesAsync("gen_ai_server_time_per_output_token_seconds_sum")).ShouldBe(new() { [times] = 0.2 });
        (await gateway.SamplesAsync("gen_ai_client_token_usage_sum")).ShouldBe(
            new Dictionary<string, double>
            {
                [model + ",gen_ai_token_type=\"input\"}"] = 100,
                [model + ",gen_ai_token_type=\"cached_input\"}"] = 40,
                [model + ",gen_ai_token_type=\"output\"}"] = 11,
            },
            ignoreOrder: true
        );
        (await gateway.SamplesAsync("promptgateway_overhead_duration_seconds_count")).ShouldBe(new() { ["{operation=\"chat\"}"] = 1 });
    }

    [Fact]
    public async Task Record_Histogram_HasEnvoysBucketsCumulativeUpToInfinity()
    {
        using var gateway = new MeasuredGateway();

        gateway.Metrics.Record(MeasuredGateway.Chat());
        gateway.Metrics.Record(MeasuredGateway.Chat() with { Duration = TimeSpan.FromSeconds(100) });

        var buckets = await gateway.SamplesAsync("gen_ai_server_request_duration_seconds_bucket");
        var bounds = buckets.Keys.Select(labels => labels[(labels.IndexOf("le=\"", StringComparison.Ordinal) + 4)..^2]);
        string.Join(" ", bounds).ShouldBe("0.01 0.02 0.04 0.08 0.16 0.32 0.64 1.28 2.56 5.12 10.24 20.48 40.96 81.92 +Inf");
        buckets.Values.ShouldBe([0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2]);
    }

    [Fact]
    public async Task Record_FailedRequest_CarriesTheErrorAndNoTokens()
    {
        using var gateway = new MeasuredGateway();

        gateway.Metrics.Record(MeasuredGateway.Chat(status: 503));

        (await gateway.SamplesAsync("gen_ai_server_request_duration_seconds_count"))
            .Keys.ShouldHaveSingleItem()
            .ShouldContain("error_type=\"503\"");
        (await gateway.SamplesAsync("gen_ai_client_token_usage_count")).ShouldBeEmpty();
        (await gateway.SamplesAsync("promptgateway_tokens_total")).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("none")]
    public async Task Record_NoUsage_IsNoRequestOfZeroTokens(string? source)
    {
        using var gateway = new MeasuredGateway();

        gateway.Metrics.Record(MeasuredGateway.Chat() with { UsageSource = source });

        (await gateway.SamplesAsync("gen_ai_client_token_usage_count")).ShouldBeEmpty();
        (await gateway.SamplesAsync("promptgateway_usage_source_total")).Keys.ShouldHaveSingleItem().ShouldContain("source=\"none\"");
    }

    [Fact]
    public async Task Record_RefusedBeforeAnyUpstream_LeavesTheUpstreamHistogramsAlone()
    {
        using var gateway = new MeasuredGateway();

        gateway.Metrics.Record(
            new RequestMeasurement
            {
                Operation = "chat",
                Outcome = "refused",
                Status = 401,
            }
        );

        (await gateway.SamplesAsync("gen_ai_server_request_duration_seconds_count")).ShouldBeEmpty();
        (await gateway.SamplesAsync("promptgateway_requests_total"))
            .Keys.ShouldHaveSingleItem()
            .ShouldBe(
                "{key=\"none\",model=\"unknown\",operation=\"chat\",outcome=\"refused\",provider=\"none\",status=\"4xx\",team=\"none\",upstream=\"none\"}"
            );
    }

    [Fact]
    public async Task Record_UnknownPrice_IsNotACostOfZero()
    {
        using var gateway = new MeasuredGateway();

        gateway.Metrics.Record(MeasuredGateway.Chat() with { CostNanoUsd = null });
        gateway.Metrics.PriceUnknown("openai-1", "gpt-4o");

        (await gateway.SamplesAsync("promptgateway_cost_usd_total")).ShouldBeEmpty();
        (await gateway.SamplesAsync("promptgateway_price_unknown_total")).Values.ShouldBe([1]);
    }

    [Fact]
    public async Task Record_InParallel_SumsAreExact()
    {
        using var gateway = new MeasuredGateway();

        await Task.WhenAll(
            Task.Run(() =>
                Parallel.For(
                    0,
                    40_000,
                    i => gateway.Metrics.Record(MeasuredGateway.Chat($"model-{i % 7}", $"key-{i % 3}") with { InputTokens = i })
                )
            ),
            gateway.ScrapeAsync()
        );

        (await gateway.SamplesAsync("promptgateway_requests_total")).Values.Sum().ShouldBe(40_000);
        (await gateway.SamplesAsync("promptgateway_tokens_total"))
            .Where(sample => sample.Key.Contains("\"input\"", StringComparison.Ordinal))
            .Sum(sample => sample.Value)
            .ShouldBe(40_000L * 39_999 / 2);
        (await gateway.SamplesAsync("promptgateway_cost_usd_total")).Values.Sum().ShouldBe(60, 1e-9);
        (await gateway.SamplesAsync("gen_ai_server_request_duration_seconds_count")).Values.Sum().ShouldBe(40_000);
    }

    [Fact]
    public async Task InFlight_ArrivalsAndDepartures_ShowsTheDifference()
    {
        using var gateway = new MeasuredGateway();

        gateway.Metrics.RequestArrived();
        gateway.Metrics.RequestArrived();
        gateway.Metrics.RequestLeft();

        (await gateway.SamplesAsync("promptgateway_requests_in_flight")).ShouldBe(new() { [""] = 1 });
    }

    [Fact]
    public async Task State_ReadersSet_AreReadAtEachScrape()
    {
        using var gateway = new MeasuredGateway();
        var depth = 3;
        (await gateway.SamplesAsync("promptgateway_ledger_queue")).ShouldBeEmpty();

        gateway.Metrics.State.ReadLedgerQueue(() => depth);
        gateway.Metrics.State.ReadKeyStoreStaleness(() => TimeSpan.FromSeconds(1.5));

        (await gateway.SamplesAsync("promptgateway_ledger_queue")).Values.ShouldBe([3]);
        depth = 8;
        (await gateway.SamplesAsync("promptgateway_ledger_queue")).Values.ShouldBe([8]);
        (await gateway.SamplesAsync("promptgateway_keystore_staleness_seconds")).Values.ShouldBe([1.5]);
    }

    [Fact]
    public async Task ConfigReloaded_FailureAfterSuccess_KeepsTheVersionAndTheTimeOfTheSuccess()
    {
        using var gateway = new MeasuredGateway(time: new StoppedTime(DateTimeOffset.FromUnixTimeSeconds(1_800_000_000)));

        gateway.Metrics.ConfigReloaded(applied: true);
        gateway.Metrics.ConfigReloaded(applied: false);

        (await gateway.SamplesAsync("promptgateway_config_reloads_total")).ShouldBe(
            new Dictionary<string, double> { ["{result=\"applied\"}"] = 1, ["{result=\"failed\"}"] = 1 },
            ignoreOrder: true
        );
        (await gateway.SamplesAsync("promptgateway_config_version")).Values.ShouldBe([1]);
        (await gateway.SamplesAsync("promptgateway_config_last_success_timestamp_seconds")).Values.ShouldBe([1_800_000_000]);
    }

    [Fact]
    public async Task Events_EachVerb_CountsUnderItsName()
    {
        using var gateway = new MeasuredGateway();

        gateway.Metrics.Refused("rate_limit_exceeded");
        gateway.Metrics.AttemptFinished("openai-1", "upstream_error", 429);
        gateway.Metrics.Retried("openai-1", "openai-1");
        gateway.Metrics.Retried("openai-1", "anthropic-1");
        gateway.Metrics.UsageMissing("openai-1");
        gateway.Metrics.ClientClosed("mid_answer");
        gateway.Metrics.TapGaveUp("event_too_long");
        gateway.Metrics.LedgerRowsWritten(5);
        gateway.Metrics.LedgerWriteFailed();

        (await gateway.CountedAsync("promptgateway_refusals_total")).ShouldBe(new() { ["{code=\"rate_limit_exceeded\"}"] = 1 });
        (await gateway.CountedAsync("promptgateway_upstream_attempts_total")).ShouldBe(
            new() { ["{outcome=\"upstream_error\",status=\"4xx\",upstream=\"openai-1\"}"] = 1 }
        );
        (await gateway.CountedAsync("promptgateway_upstream_throttled_total")).ShouldBe(
            new() { ["{status=\"429\",upstream=\"openai-1\"}"] = 1 }
        );
        (await gateway.CountedAsync("promptgateway_upstream_retries_total")).ShouldBe(new() { ["{upstream=\"openai-1\"}"] = 1 });
        (await gateway.CountedAsync("promptgateway_upstream_failovers_total")).ShouldBe(new() { ["{upstream=\"openai-1\"}"] = 1 });
        (await gateway.CountedAsync("promptgateway_usage_missing_total")).ShouldBe(new() { ["{upstream=\"openai-1\"}"] = 1 });
        (await gateway.CountedAsync("promptgateway_client_closed_total")).ShouldBe(new() { ["{phase=\"mid_answer\"}"] = 1 });
        (await gateway.CountedAsync("promptgateway_stream_tap_gave_up_total")).ShouldBe(new() { ["{reason=\"event_too_long\"}"] = 1 });
        (await gateway.CountedAsync("promptgateway_ledger_rows_total")).ShouldBe(new() { [""] = 5 });
        (await gateway.CountedAsync("promptgateway_ledger_write_failures_total")).ShouldBe(new() { [""] = 1 });
    }

    [Fact]
    public async Task Counters_WhoseLabelsAreKnown_AreThereAtZeroBeforeAnythingHappened()
    {
        using var gateway = new MeasuredGateway();

        gateway.Metrics.Know(["gpt-4o"], ["openai-1"]);

        foreach (
            var sample in (string[])
                [
                    "promptgateway_upstream_attempts_total{outcome=\"upstream_cut\",status=\"2xx\",upstream=\"openai-1\"} 0",
                    "promptgateway_upstream_retries_total{upstream=\"openai-1\"} 0",
                    "promptgateway_upstream_failovers_total{upstream=\"openai-1\"} 0",
                    "promptgateway_upstream_throttled_total{status=\"429\",upstream=\"openai-1\"} 0",
                    "promptgateway_usage_missing_total{upstream=\"openai-1\"} 0",
                    "promptgateway_refusals_total{code=\"rate_limit_exceeded\"} 0",
                    "promptgateway_config_reloads_total{result=\"failed\"} 0",
                    "promptgateway_config_last_reload_successful 1",
                    "promptgateway_ledger_write_failures_total 0",
                ]
        )
            (await gateway.ScrapeAsync()).Split('\n').ShouldContain(sample);
    }

    [Fact]
    public async Task ConfigReloaded_RefusedThenApplied_SaysWhatTheNewestOneWas()
    {
        using var gateway = new MeasuredGateway();

        gateway.Metrics.ConfigReloaded(applied: false);
        var afterRefusal = (await gateway.SamplesAsync("promptgateway_config_last_reload_successful"))[""];
        gateway.Metrics.ConfigReloaded(applied: true);

        afterRefusal.ShouldBe(0);
        (await gateway.SamplesAsync("promptgateway_config_last_reload_successful"))[""].ShouldBe(1);
    }

    [Fact]
    public async Task Destinations_OneKeptAway_IsZero()
    {
        using var gateway = new MeasuredGateway();

        gateway.Metrics.State.ReadDestinations(() => [new("openai-1", "one", true), new("openai-1", "two", false)]);

        (await gateway.SamplesAsync("promptgateway_upstream_healthy")).ShouldBe(
            new Dictionary<string, double>
            {
                ["{destination=\"one\",upstream=\"openai-1\"}"] = 1,
                ["{destination=\"two\",upstream=\"openai-1\"}"] = 0,
            },
            ignoreOrder: true
        );
    }

    private sealed class StoppedTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
