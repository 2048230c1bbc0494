using System.Text;
using PromptGateway.Chat;
using PromptGateway.Providers.OpenAI;

namespace PromptGateway.Tests.Providers;

public sealed class RealtimeMessagesTests
{
    private const string Usage = """{"input_tokens":7,"output_tokens":3,"total_tokens":10}""";

    private static RealtimeFacts Read(params string[] messages)
    {
        var facts = new RealtimeFacts();
        foreach (var message in messages)
            RealtimeMessages.Read(Encoding.UTF8.GetBytes(message), facts);
        return facts;
    }

    [Theory]
    [InlineData("""{"response":{"usage":USAGE},"type":"response.done"}""")]
    [InlineData("""{ "type" : "response.done", "response" : { "output" : [ { "usage" : { "input_tokens" : 99 } } ], "usage" : USAGE } }""")]
    public void Response_InAnyOrder_IsCounted(string message) =>
        Read(message.Replace("USAGE", Usage)).Responses.ShouldBe(new TokenUsage { InputTokens = 7, OutputTokens = 3 });

    [Fact]
    public void Reports_OfACall_CountForOneOfThoseInIt()
    {
        string[] messages =
        [
            """{"type":"response.done","response":{"id":"r1","usage":USAGE}}""",
            """{"type":"conversation.item.input_audio_transcription.completed","item_id":"r1","content_index":0,"usage":USAGE}""",
            """{"type":"conversation.item.input_audio_transcription.completed","item_id":"r1","content_index":1,"usage":USAGE}""",
            """{"type":"response.done","response":{"usage":USAGE}}""",
        ];
        var call = new CallReports();
        var (first, second) = (new RealtimeFacts(call), new RealtimeFacts(call));

        foreach (var facts in new[] { first, second })
        foreach (var message in messages)
            RealtimeMessages.Read(Encoding.UTF8.GetBytes(message.Replace("USAGE", Usage)), facts);

        first.Reports.ShouldBe(4);
        second.Reports.ShouldBe(1, "of what it is about the last one says nothing");
    }

    [Theory]
    [InlineData("""{"type":"response.created","response":{"metadata":{"type":"response.done"},"usage":USAGE}}""")]
    [InlineData("""{"type":"conversation.item.added","item":{"type":"response.done"},"response":{"usage":USAGE}}""")]
    [InlineData("""{"type":"response.output_text.delta","delta":"response.done","response":{"usage":USAGE}}""")]
    [InlineData("""{"type":"conversation.item.input_audio_transcription.delta","usage":USAGE}""")]
    [InlineData("""{"type":"response.done","response":{"usage":null}}""")]
    public void Message_OfAnotherKind_IsNotTakenForAReport(string message) => Read(message.Replace("USAGE", Usage)).Reports.ShouldBe(0);

    [Fact]
    public void Transcription_WhoseModelChanges_IsKeptApart()
    {
        static string Model(string name) =>
            """{"type":"transcription_session.updated","session":{"model":"answers","input_audio_transcription":{"model":"NAME"}}}""".Replace(
                "NAME",
                name
            );
        var done = """{"type":"conversation.item.input_audio_transcription.completed","usage":USAGE}""".Replace("USAGE", Usage);

        var facts = Read(done, Model("a"), done, Model("b"), done, done);

        facts.Model.ShouldBe("answers");
        var one = new TokenUsage { InputTokens = 7, OutputTokens = 3 };
        facts.Transcribed.ShouldBe([new(null, one), new("a", one), new("b", one + one)]);
    }

    [Fact]
    public void Transcription_OfManyModels_IsBoundedAndNothingIsLost()
    {
        var facts = new RealtimeFacts();
        for (var i = 0; i < 100; i++)
        {
            facts.TranscriptionModel = $"model-{i}";
            facts.AddTranscription(new TokenUsage { InputTokens = 1 });
        }

        facts.Transcribed.Count.ShouldBeLessThan(20);
        facts.Transcribed.Sum(t => t.Usage.InputTokens).ShouldBe(100);
    }

    [Fact]
    public void Message_CutAnywhere_NeverThrows()
    {
        var whole = Encoding.UTF8.GetBytes(
            """{"type":"session.updated","session":{"audio":{"input":{"transcription":{"model":"a\u0062"}}},"model":"m"},"response":{"usage":{"input_token_details":{"cached_tokens_details":{"audio_tokens":1}}}}}"""
        );
        for (var length = 0; length <= whole.Length; length++)
            RealtimeMessages.Read(whole.AsSpan(0, length), new RealtimeFacts());
    }
}
