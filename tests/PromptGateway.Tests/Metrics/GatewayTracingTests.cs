using PromptGateway.Metrics;
using PromptGateway.Tests.Gateway;

namespace PromptGateway.Tests.Metrics;

/// <summary>What YARP does with the client's trace headers, with tracing off and on.</summary>
[Collection("Tracing")]
public sealed class GatewayTracingTests
{
    private const string TraceId = "0af7651916cd43dd8448eb211c80319c";
    private const string ClientSpan = "b7ad6b7169203331";
    private const string TraceParent = $"00-{TraceId}-{ClientSpan}-01";

    [Fact]
    public async Task Proxy_TracingOff_PassesTheClientsTraceHeadersUnchangedAndMakesNoActivity()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var proxy = await TracedProxy.StartAsync(upstream, collector: null);

        await SendAsync(proxy, "/v1/chat/completions", TraceParent);

        upstream.Last.Headers["traceparent"].ShouldBe(TraceParent);
        upstream.Last.Headers["tracestate"].ShouldBe("vendor=1");
        upstream.Last.Headers["baggage"].ShouldBe("user=7");
        proxy.Tracing.Enabled.ShouldBeFalse();
        proxy.SawActivity.ShouldBeFalse();
    }

    [Fact]
    public async Task Proxy_TracingOffAndNoTraceHeaders_AddsNone()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var proxy = await TracedProxy.StartAsync(upstream, collector: null);

        await SendAsync(proxy, "/v1/chat/completions", traceParent: null);

        upstream.Last.Headers.Keys.ShouldNotContain("traceparent");
    }

    [Fact]
    public async Task Proxy_TracingOn_ContinuesTheClientsTraceWithASpanOfItsOwn()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var collector = await OtlpCollector.StartAsync();
        await using (var proxy = await TracedProxy.StartAsync(upstream, collector))
            await SendAsync(proxy, "/v1/chat/completions", TraceParent);

        var sent = upstream.Last.Headers["traceparent"].Split('-');
        sent[1].ShouldBe(TraceId);
        sent[2].ShouldNotBe(ClientSpan);
        sent[3].ShouldBe("01");
        upstream.Last.Headers["tracestate"].ShouldBe("vendor=1");
        upstream.Last.Headers["baggage"].Replace(" ", "", StringComparison.Ordinal).ShouldBe("user=7");
        collector.All("traces").ShouldContain(Latin1(Convert.FromHexString(sent[2])));
        collector.All("traces").ShouldContain(Latin1(Convert.FromHexString(ClientSpan)));
    }

    [Fact]
    public async Task Proxy_TracingOnAndClientDidNotSample_PassesThatOnAndExportsNothing()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var collector = await OtlpCollector.StartAsync();
        await using (var proxy = await TracedProxy.StartAsync(upstream, collector))
            await SendAsync(proxy, "/v1/chat/completions", $"00-{TraceId}-{ClientSpan}-00");

        upstream.Last.Headers["traceparent"].ShouldStartWith($"00-{TraceId}-");
        upstream.Last.Headers["traceparent"].ShouldEndWith("-00");
        collector.All("traces").ShouldNotContain("chat gpt-4o");
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("00-00000000000000000000000000000000-0000000000000000-01")]
    public async Task Proxy_TracingOnAndTraceHeaderIsBroken_StartsATraceOfItsOwn(string traceParent)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var collector = await OtlpCollector.StartAsync();
        await using (var proxy = await TracedProxy.StartAsync(upstream, collector))
            await SendAsync(proxy, "/v1/chat/completions", traceParent);

        upstream.Last.Headers["traceparent"].ShouldNotBe(traceParent);
        collector.All("traces").ShouldContain("chat gpt-4o");
    }

    [Fact]
    public async Task Export_Span_HasGenAiAttributesAndNeitherPromptNorSecrets()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var collector = await OtlpCollector.StartAsync();
        await using (var proxy = await TracedProxy.StartAsync(upstream, collector))
            await SendAsync(proxy, "/v1/chat/completions?key=canary-in-query", TraceParent);

        var traces = collector.All("traces");
        foreach (
            var text in (string[])
                [
                    "chat gpt-4o",
                    "gen_ai.operation.name",
                    "gen_ai.provider.name",
                    "gen_ai.request.model",
                    "gen_ai.response.model",
                    "gen_ai.usage.input_tokens",
                    "gen_ai.usage.output_tokens",
                    "promptgateway.request.id",
                    "promptgateway",
                    "System.Net.Http",
                ]
        )
            traces.ShouldContain(text);
        traces.ShouldNotContain("canary");
        traces.ShouldNotContain("Microsoft.AspNetCore");
    }

    [Fact]
    public async Task Export_Metrics_GoToTheSameCollector()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var collector = await OtlpCollector.StartAsync();
        await using (await TracedProxy.StartAsync(upstream, collector)) { }

        var metrics = collector.All("metrics");
        metrics.ShouldContain("promptgateway.requests.in_flight");
        metrics.ShouldContain("service.name");
    }

    [Fact]
    public void Options_ProtocolThatOtlpDoesNotHave_SaysWhatWouldDo() =>
        Should
            .Throw<FormatException>(() =>
                new GatewayTracing(new MetricsOptions { OtlpEndpoint = new Uri("http://127.0.0.1:1"), OtlpProtocol = "smoke" })
            )
            .Message.ShouldBe("Telemetry:OtlpProtocol: 'smoke' is neither 'grpc' nor 'http/protobuf'.");

    private static async Task SendAsync(TracedProxy proxy, string path, string? traceParent)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new StringContent("{\"prompt\":\"canary in the prompt\"}"),
        };
        request.Headers.Add("Authorization", "Bearer canary-key-0123456789");
        if (traceParent is not null)
        {
            request.Headers.Add("traceparent", traceParent);
            request.Headers.Add("tracestate", "vendor=1");
            request.Headers.Add("baggage", "user=7");
        }
        using var answer = await proxy.Client.SendAsync(request);
        answer.IsSuccessStatusCode.ShouldBeTrue();
    }

    private static string Latin1(byte[] bytes) => System.Text.Encoding.Latin1.GetString(bytes);
}
