using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using PromptGateway.Chat;
using PromptGateway.Providers;
using PromptGateway.Providers.Anthropic;
using PromptGateway.Providers.OpenAI;

namespace PromptGateway.Tests.Providers;

/// <summary>How each format ends a stream that the gateway stops in the middle.</summary>
public sealed class StreamFinishTests
{
    private static readonly Rejection Reason = new(429, "insufficient_quota", "insufficient_quota", "Used up.");

    private static string[] Stop(IWireFormat format, string lastEvent, in StreamFacts facts = default, int choices = 1)
    {
        var output = new ArrayBufferWriter<byte>();
        format.WriteStop(output, Encoding.UTF8.GetBytes(lastEvent), Reason, facts, outputTokens: 7, choices);
        var text = Encoding.UTF8.GetString(output.WrittenSpan);
        text.ShouldEndWith("\n\n");
        return [.. text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries)];
    }

    private static JsonNode Data(string sse) => JsonNode.Parse(sse.Split('\n')[^1]["data: ".Length..])!;

    [Fact]
    public void Chat_WithSeveralAnswers_FinishesEachOfThem()
    {
        var events = Stop(
            new ChatFormat(),
            """{"id":"c1","object":"chat.completion.chunk","created":1700000000,"model":"m","choices":[{"index":1,"delta":{"content":"x"}}]}""",
            choices: 3
        );

        events.Length.ShouldBe(3);
        var finish = Data(events[0]);
        finish["created"]!.GetValue<long>().ShouldBe(1700000000);
        finish["choices"]!.AsArray().Select(choice => choice!["index"]!.GetValue<int>()).ShouldBe([0, 1, 2]);
        finish["choices"]!.AsArray().ShouldAllBe(choice => choice!["finish_reason"]!.GetValue<string>() == "length");
        events[2].ShouldBe("data: [DONE]");
    }

    [Fact]
    public void Completion_OfTheOldKind_FinishesInItsOwnShape()
    {
        var events = Stop(new ChatFormat(), """{"id":"cmpl-1","object":"text_completion","choices":[{"index":0,"text":"x"}]}""");

        var finish = Data(events[0]);
        finish["object"]!.GetValue<string>().ShouldBe("text_completion");
        finish["choices"]![0]!["text"]!.GetValue<string>().ShouldBe("");
        finish["choices"]![0]!.AsObject().ContainsKey("delta").ShouldBeFalse();
    }

    [Theory]
    [InlineData("not json at all")]
    [InlineData("""{"id":""")]
    [InlineData("")]
    public void Chat_AfterAnEventThatCannotBeRead_StillFinishes(string lastEvent) =>
        Data(Stop(new ChatFormat(), lastEvent)[0])["choices"]![0]!["finish_reason"]!.GetValue<string>().ShouldBe("length");

    [Fact]
    public void Message_BetweenTwoBlocks_ClosesNoneTwice()
    {
        var events = Stop(new MessagesFormat(), """{"type":"content_block_stop","index":2}""");

        events.Select(e => e.Split('\n')[0]).ShouldBe(["event: message_delta", "event: error", "event: message_stop"]);
        Data(events[0])["usage"]!["output_tokens"]!.GetValue<int>().ShouldBe(7);
    }

    [Fact]
    public void Response_GoesOnWithTheNumbersOfItsEvents()
    {
        var events = Stop(
            new ResponsesFormat(),
            """{"type":"response.output_text.delta","sequence_number":41,"delta":"x"}""",
            new StreamFacts
            {
                ResponseId = "resp_9",
                Model = "m",
                Events = 42,
            }
        );

        Data(events[0])["sequence_number"]!.GetValue<int>().ShouldBe(42);
        Data(events[0])["response"]!["id"]!.GetValue<string>().ShouldBe("resp_9");
        Data(events[1])["sequence_number"]!.GetValue<int>().ShouldBe(43);
    }
}
