using PromptGateway.Metrics;

namespace PromptGateway.Tests.Metrics;

public sealed class PrometheusExporterTests
{
    [Fact]
    public async Task Scrape_EverySeries_AppearsOnceUnderOneHeader()
    {
        using var gateway = new MeasuredGateway();
        gateway.Metrics.Record(MeasuredGateway.Chat());

        var lines = (await gateway.ScrapeAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        var types = lines.Where(line => line.StartsWith("# TYPE ", StringComparison.Ordinal)).ToArray();
        types.Length.ShouldBe(types.Select(line => line.Split(' ')[2]).Distinct().Count());
        var series = lines.Where(line => !line.StartsWith('#')).Select(line => line[..line.LastIndexOf(' ')]).ToArray();
        series.Length.ShouldBe(series.Distinct().Count());
        series.ShouldContain(line => line.StartsWith("target_info{service_name=\"promptgateway\"", StringComparison.Ordinal));
        series.ShouldContain(line => line.StartsWith("dotnet_gc_collections_total", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Scrape_SecondInstrumentWithTheSamePrometheusName_IsLeftOutAndSaidSo()
    {
        using var gateway = new MeasuredGateway();
        gateway.Metrics.Meter.CreateCounter<long>("twin.counter").Add(1);
        gateway.Metrics.Meter.CreateCounter<long>("twin_counter").Add(2);

        (await gateway.SamplesAsync("twin_counter_total")).Values.ShouldBe([1]);
        (await gateway.ScrapeAsync()).ShouldContain("# left out: twin_counter of PromptGateway, because twin_counter_total is taken");
    }

    [Fact]
    public async Task Scrape_DescriptionAndLabelWithSpecialCharacters_AreEscaped()
    {
        using var gateway = new MeasuredGateway();
        gateway
            .Metrics.Meter.CreateCounter<double>("odd.counter", null, "line one\nline \"two\" \\ three")
            .Add(0.25, new KeyValuePair<string, object?>("a.b", "x\ny\"z\\ü"));

        var text = await gateway.ScrapeAsync();

        text.ShouldContain("# HELP odd_counter_total line one\\nline \"two\" \\\\ three\n");
        text.ShouldContain("odd_counter_total{a_b=\"x\\ny\\\"z\\\\ü\"} 0.25\n");
    }

    [Theory]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "+Inf")]
    [InlineData(double.NegativeInfinity, "-Inf")]
    [InlineData(1e300, "1E+300")]
    [InlineData(-0.5, "-0.5")]
    public async Task Scrape_UnusualNumber_IsSpelledAsPrometheusReadsIt(double value, string expected)
    {
        using var gateway = new MeasuredGateway();
        gateway.Metrics.Meter.CreateGauge<double>("odd.gauge").Record(value);

        (await gateway.ScrapeAsync()).ShouldContain($"\nodd_gauge {expected}\n");
    }

    [Fact]
    public async Task Scrape_ManyAtATime_ShareOneCollection()
    {
        using var gateway = new MeasuredGateway();
        using var release = new ManualResetEventSlim();
        var collections = 0;
        gateway.Metrics.Meter.CreateObservableGauge(
            "slow",
            () =>
            {
                release.Wait();
                return Interlocked.Increment(ref collections);
            }
        );

        var scrapes = Enumerable.Range(0, 50).Select(_ => gateway.Pipeline.Scrape.Run()).ToArray();
        release.Set();
        await Task.WhenAll(scrapes);

        collections.ShouldBe(1);
        (await gateway.SamplesAsync("slow")).Values.ShouldBe([2]);
    }

    [Fact]
    public async Task Scrape_AfterTheEnd_FailsWithAReason()
    {
        var gateway = new MeasuredGateway();
        gateway.Dispose();

        (await Should.ThrowAsync<InvalidOperationException>(gateway.ScrapeAsync)).Message.ShouldContain("could not be collected");
    }

    [Fact]
    public async Task Scrape_TwoGatewaysInOneProcess_ShowOnlyTheirOwn()
    {
        using var one = new MeasuredGateway();
        using var two = new MeasuredGateway();

        one.Metrics.Record(MeasuredGateway.Chat());

        (await one.SamplesAsync("promptgateway_requests_total")).Values.ShouldBe([1]);
        (await two.SamplesAsync("promptgateway_requests_total")).ShouldBeEmpty();
    }
}
