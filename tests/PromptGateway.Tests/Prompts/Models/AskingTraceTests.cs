using PromptGateway.Tests.Gateway;
using PromptGateway.Tests.Metrics;

namespace PromptGateway.Tests.Prompts.Models;

/// <summary>Questions to a model in traces.</summary>
[Collection("Tracing")]
public sealed class AskingTraceTests
{
    [Fact]
    public async Task Collector_PromptThatWasRewritten_GetsTheQuestionBelowTheRequestAndNoText()
    {
        await using var collector = await OtlpCollector.StartAsync();
        await using var upstream = await OptimizerUpstream.StartAsync();
        await using (
            var gateway = await upstream.StartGatewayAsync(
                null,
                ("Optimization:Default", "rewrite"),
                ("Telemetry:OtlpEndpoint", collector.Address),
                ("Telemetry:OtlpProtocol", "http/protobuf")
            )
        )
        {
            var body = OptimizerUpstream.Chat(OptimizerUpstream.Original);
            await gateway.Client.PostAsync("/v1/chat/completions", AgentPrompts.Body(body));
            await gateway.StopAsync();
        }

        var spans = OtlpSpan.Read(collector);
        var request = spans.Single(span => span.Kind == OtlpSpan.Server && span.Name == "chat gpt-4o-mini");
        var question = spans.Where(span => span.Name == "optimize ask").ShouldHaveSingleItem();
        question.ParentId.ShouldBe(request.SpanId);
        var asked = spans.Single(span => span.Kind == OtlpSpan.Server && span.Name == "prompt_optimization gpt-4.1-nano");
        asked.ParentId.ShouldBe(question.SpanId);
        foreach (var (_, message) in collector.Received)
            message.AsSpan().IndexOf("Felix"u8).ShouldBe(-1);
    }
}
