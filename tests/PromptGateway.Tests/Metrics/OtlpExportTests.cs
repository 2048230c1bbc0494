using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PromptGateway.Tests.Gateway;
using PromptGateway.Tests.Prompts;

namespace PromptGateway.Tests.Metrics;

/// <summary>What a collector gets of a whole gateway, over both of OTLP's protocols.</summary>
[Collection("Tracing")]
public sealed class OtlpExportTests
{
    private const string TraceId = "4bf92f3577b34da6a3ce929d0e0e4736";
    private const string ClientSpan = "00f067aa0ba902b7";
    private const string Prompt = "canary-in-the-prompt";
    private const string Answer = "canary-in-the-answer";
    private const string Query = "canary-in-the-query";

    [Theory]
    [InlineData("http/protobuf")]
    [InlineData("grpc")]
    public async Task Collector_RequestThatWasRetried_GetsOneTraceWithTheAttemptsBelow(string protocol)
    {
        await using var collector = await OtlpCollector.StartAsync(protocol == "grpc");
        var requestId = await AskAsync(collector, protocol);

        var spans = OtlpSpan.Read(collector).Where(span => span.TraceId == TraceId).ToList();
        var request = spans.Where(span => span.Kind == OtlpSpan.Server).ShouldHaveSingleItem();
        request.Name.ShouldBe("chat gpt-4o-mini");
        request.ParentId.ShouldBe(ClientSpan);
        request.Status.ShouldNotBe(OtlpSpan.Error);
        foreach (
            var (name, value) in new Dictionary<string, string>
            {
                ["gen_ai.operation.name"] = "chat",
                ["gen_ai.provider.name"] = "openai",
                ["gen_ai.request.model"] = "gpt-4o-mini",
                ["gen_ai.response.model"] = "gpt-4o-mini-2024-07-18",
                ["gen_ai.usage.input_tokens"] = "12",
                ["gen_ai.usage.output_tokens"] = "5",
                ["gen_ai.usage.cache_read.input_tokens"] = "4",
                ["gen_ai.usage.reasoning.output_tokens"] = "2",
                ["http.response.status_code"] = "200",
                ["promptgateway.upstream"] = "alive",
                ["promptgateway.request.id"] = requestId,
                ["promptgateway.outcome"] = "ok",
            }
        )
            request.Attributes[name].ShouldBe(value, name);

        var attempts = spans.Where(span => span.Kind == OtlpSpan.Client).ToList();
        attempts.Count.ShouldBe(2);
        attempts.ShouldAllBe(attempt => attempt.ParentId == request.SpanId);
        var failed = attempts.Where(attempt => attempt.Status == OtlpSpan.Error).ShouldHaveSingleItem();
        failed.Attributes.ShouldContainKey("error.type");
        failed.Attributes.ShouldNotContainKey("http.request.resend_count");
        var answered = attempts.Where(attempt => attempt.Status != OtlpSpan.Error).ShouldHaveSingleItem();
        answered.Attributes["http.response.status_code"].ShouldBe("200");
        answered.Attributes["http.request.resend_count"].ShouldBe("1");
    }

    [Fact]
    public async Task Collector_RequestThatWasOptimized_GetsASpanOfTheWorkBelow()
    {
        await using var collector = await OtlpCollector.StartAsync();
        await AskAsync(collector, "http/protobuf");

        var spans = OtlpSpan.Read(collector).Where(span => span.TraceId == TraceId).ToList();
        var request = spans.Single(span => span.Kind == OtlpSpan.Server);
        var optimizer = spans.Where(span => span.Name == "optimize lossless").ShouldHaveSingleItem();
        optimizer.ParentId.ShouldBe(request.SpanId);
        optimizer.Attributes["promptgateway.optimization.outcome"].ShouldBe("applied");
        int.Parse(optimizer.Attributes["promptgateway.optimization.tokens_saved"], System.Globalization.CultureInfo.InvariantCulture)
            .ShouldBeGreaterThan(0);
    }

    [Theory]
    [InlineData("http/protobuf")]
    [InlineData("grpc")]
    public async Task Collector_Logs_BelongToTheTraceAndAreMasked(string protocol)
    {
        await using var collector = await OtlpCollector.StartAsync(protocol == "grpc");
        var requestId = await AskAsync(collector, protocol);

        var records = OtlpLogRecord.Read(collector);
        var request = records
            .Where(record => record.Attributes.GetValueOrDefault("request_id") == requestId && record.Category == "PromptGateway.Requests")
            .ShouldHaveSingleItem();
        request.TraceId.ShouldBe(TraceId);
        request.SpanId.ShouldBe(OtlpSpan.Read(collector).Single(span => span.TraceId == TraceId && span.Kind == OtlpSpan.Server).SpanId);
        request.Severity.ShouldBe("Information");
        request.Attributes["status"].ShouldBe("200");
        request.Attributes["input_tokens"].ShouldBe("12");
        request.Attributes["upstream"].ShouldBe("alive");

        var careless = records.Where(record => record.Category == "Careless").ShouldHaveSingleItem();
        careless.Severity.ShouldBe("Warning");
        careless.Body.ShouldBe("The upstream refused *** for good");
    }

    [Theory]
    [InlineData("http/protobuf")]
    [InlineData("grpc")]
    public async Task Collector_AllThatItGets_HoldsNeitherPromptNorSecret(string protocol)
    {
        await using var collector = await OtlpCollector.StartAsync(protocol == "grpc");
        await AskAsync(collector, protocol);

        collector.Received.Select(export => export.Signal).Distinct().ShouldBe(["traces", "metrics", "logs"], ignoreOrder: true);
        collector.All("metrics").ShouldContain("promptgateway.requests");
        foreach (var (signal, message) in collector.Received)
        foreach (var canary in (string[])[Prompt, Answer, Query, TestGateway.ApiKey, TestGateway.AdminKey, FakeUpstream.Secret])
            Encoding.Latin1.GetString(message).ShouldNotContain(canary, Case.Sensitive, $"{canary} in {signal}");
    }

    /// <summary>One request whose first upstream is dead, and a line of a careless logger; then all is flushed. Returns the request's id.</summary>
    private static async Task<string> AskAsync(OtlpCollector collector, string protocol)
    {
        await using var upstream = await FakeUpstream.StartAsync(
            (context, _) => FakeUpstream.JsonAsync(context, ChatAnswers.Plain.Replace("Hello there", Answer, StringComparison.Ordinal))
        );
        await using var gateway = await TestGateway.StartAsync(
            yarpJson: YarpFile.Clusters(
                YarpFile.Cluster("adead", [Nobody()], ("Models", "gpt-4o-mini")),
                YarpFile.Cluster("alive", [upstream.Address], ("Models", "gpt-4o-mini"))
            ),
            configuration: new()
            {
                ["Telemetry:OtlpEndpoint"] = collector.Address,
                ["Telemetry:OtlpProtocol"] = protocol,
                ["Optimization:Shadow:Share"] = "0",
                ["Optimization:Default"] = "lossless",
                ["Optimization:Mode"] = "on",
            }
        );
        using var request = new HttpRequestMessage(HttpMethod.Post, ChatRequests.Path + "?note=" + Query)
        {
            Content = ChatRequests.Json(Body()),
        };
        request.Headers.Add("traceparent", $"00-{TraceId}-{ClientSpan}-01");
        using var client = new HttpClient(new SocketsHttpHandler { ActivityHeadersPropagator = null }) { BaseAddress = gateway.Address };
        client.DefaultRequestHeaders.Add("Authorization", "Bearer " + TestGateway.ApiKey);
        using var answer = await client.SendAsync(request);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await answer.Content.ReadAsStringAsync()).ShouldContain(Answer);
        Careless(gateway).LogWarning("The upstream refused {What} for good", FakeUpstream.Secret);
        // All spans have ended once the server has stopped.
        await gateway.StopAsync();
        return answer.Headers.GetValues("x-request-id").Single();
    }

    /// <summary>A conversation with a tool's answer in it that can be written shorter.</summary>
    private static string Body()
    {
        var rows = string.Join(
            ",\n",
            Enumerable.Range(1, 80).Select(i => $$"""    { "number": {{i}}, "note": "{{Prompt}}", "state": "open" }""")
        );
        return new JsonObject
        {
            ["model"] = "gpt-4o-mini",
            ["messages"] = new JsonArray(
                JsonNode.Parse($$"""{"role":"user","content":"{{Prompt}} {{AgentPrompts.Manual}}"}"""),
                JsonNode.Parse(
                    """{"role":"assistant","content":null,"tool_calls":[{"id":"call_1","type":"function","function":{"name":"rows","arguments":"{}"}}]}"""
                ),
                new JsonObject
                {
                    ["role"] = "tool",
                    ["tool_call_id"] = "call_1",
                    ["content"] = $"[\n{rows}\n]",
                }
            ),
        }.ToJsonString();
    }

    private static ILogger Careless(TestGateway gateway) => gateway.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Careless");

    /// <summary>An address at which nothing listens.</summary>
    private static Uri Nobody()
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return new Uri($"http://127.0.0.1:{((IPEndPoint)socket.LocalEndPoint!).Port}");
    }
}
