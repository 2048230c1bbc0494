using System.Text;
using PromptGateway.Forwarding;

namespace PromptGateway.Tests.Forwarding;

public sealed class StreamedToolCallsTests
{
    private const string Chat = """{"choices":[{"index":0,"delta":{"tool_calls":[CALLS]}}]}""";

    public static TheoryData<string[], int, int> ChatStreams =>
        new()
        {
            {
                [
                    """{"index":0,"id":"a","function":{"name":"f","arguments":""}}""",
                    """{"index":0,"function":{"arguments":"{\"x\""}}""",
                    """{"index":0,"function":{"arguments":":1}"}}""",
                ],
                1,
                0
            },
            {
                [
                    """{"index":0,"id":"a","function":{"name":"f","arguments":"{\"x\""}}""",
                    """{"index":1,"id":"b","function":{"arguments":"{}"}}""",
                ],
                2,
                1
            },
            { ["""{"index":0,"id":"a","function":{"arguments":"[]"}}"""], 1, 1 },
            { ["""{"index":0,"id":"a","function":{"arguments":""}}"""], 1, 1 },
            // The id with each piece; the same index for two calls; no index at all.
            { ["""{"index":0,"id":"a","function":{"arguments":"{"}}""", """{"index":0,"id":"a","function":{"arguments":"}"}}"""], 1, 0 },
            { ["""{"index":0,"id":"a","function":{"arguments":"{}"}}""", """{"index":0,"id":"b","function":{"arguments":"{}"}}"""], 2, 0 },
            { ["""{"id":"a","function":{"arguments":"{}"}},{"id":"b","function":{"arguments":"{}"}}"""], 2, 0 },
        };

    [Theory]
    [MemberData(nameof(ChatStreams))]
    public void Chat_PiecesOfCalls_ArePutTogether(string[] pieces, int calls, int invalid) =>
        Read([
                """{"choices":[{"index":0,"delta":{"role":"assistant","content":null}}]}""",
                .. pieces.Select(piece => Chat.Replace("CALLS", piece, StringComparison.Ordinal)),
                """{"choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}""",
                "[DONE]",
            ])
            .ShouldBe((calls, invalid));

    [Fact]
    public void Chat_CallsOfSeveralChoices_AreKeptApart() =>
        Read([
                """{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{"}}]}}]}""",
                """{"choices":[{"index":1,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{}"}}]}}]}""",
                """{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"}"}}]}}]}""",
            ])
            .ShouldBe((2, 0));

    [Fact]
    public void Responses_ItemsThatAreDone_AreJudgedOnce() =>
        Read([
                """{"type":"response.output_item.added","item":{"type":"function_call","arguments":""}}""",
                """{"type":"response.function_call_arguments.done","arguments":"{}"}""",
                """{"type":"response.output_item.done","item":{"type":"function_call","arguments":"{}"}}""",
                """{"type":"response.output_item.done","item":{"type":"function_call","arguments":"{"}}""",
                """{"type":"response.output_item.done","item":{"type":"message","content":[]}}""",
                """{"type":"response.completed","response":{"output":[{"type":"function_call","arguments":"{}"}]}}""",
            ])
            .ShouldBe((2, 1));

    [Fact]
    public void Messages_PiecesOfBlocks_ArePutTogetherAndNoneIsAnEmptyObject() =>
        Read([
                """{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}""",
                """{"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"a","name":"f","input":{}}}""",
                """{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{\"a\""}}""",
                """{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":":1}"}}""",
                """{"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"b","name":"f","input":{}}}""",
                """{"type":"content_block_start","index":3,"content_block":{"type":"tool_use","id":"c","name":"f","input":{"whole":true}}}""",
                """{"type":"content_block_start","index":4,"content_block":{"type":"tool_use","id":"d","name":"f","input":{}}}""",
                """{"type":"content_block_delta","index":4,"delta":{"type":"input_json_delta","partial_json":"{"}}""",
                """{"type":"content_block_start","index":5,"content_block":{"type":"server_tool_use","id":"e","name":"w","input":{}}}""",
            ])
            .ShouldBe((4, 1));

    [Theory]
    [InlineData("""{"tool_calls" """)]
    [InlineData("""["tool_calls"]""")]
    [InlineData("""{"choices":[{"delta":{"tool_calls":[{"function":{"arguments":"\ud800"}}]}}]}""")]
    public void Events_ThatCannotBeRead_SayNothing(string data) => Read([data]).ShouldBeNull();

    [Fact]
    public void Arguments_WithoutEnd_AreNotKept() =>
        Read([
                Chat.Replace(
                    "CALLS",
                    "{\"index\":0,\"function\":{\"arguments\":\"" + new string('x', (1 << 20) + 1) + "\"}}",
                    StringComparison.Ordinal
                ),
            ])
            .ShouldBeNull();

    [Fact]
    public void Text_ThatSpeaksOfCalls_IsNoCall() =>
        Read(["""{"choices":[{"delta":{"content":"\"tool_calls\" and \"tool_use\""}}]}"""]).ShouldBe((0, 0));

    private static (int Calls, int Invalid)? Read(IEnumerable<string> events)
    {
        var calls = new StreamedToolCalls();
        foreach (var data in events)
            calls.Read(Encoding.UTF8.GetBytes(data));
        return calls.Result;
    }
}
