using System.Text;
using System.Text.Json;
using PromptGateway.Tokens;

namespace PromptGateway.Tests.Tokens;

public sealed class RequestTokenCountTests
{
    private const string CookbookMessages = """
        {"model":"gpt-4o","messages":[
        {"role":"system","content":"You are a helpful, pattern-following assistant that translates corporate jargon into plain English."},
        {"role":"system","name":"example_user","content":"New synergies will help drive top-line growth."},
        {"role":"system","name":"example_assistant","content":"Things working well together will increase revenue."},
        {"role":"system","name":"example_user","content":"Let's circle back when we have more bandwidth to touch base on opportunities for increased leverage."},
        {"role":"system","name":"example_assistant","content":"Let's talk later when we're less busy about how to do better."},
        {"role":"user","content":"This late pivot means we don't have time to boil the ocean for the client deliverable."}]}
        """;

    private const string CookbookTools = """
        {"messages":[
        {"role":"system","content":"You are a helpful assistant that can answer to questions about the weather."},
        {"role":"user","content":"What's the weather like in San Francisco?"}],
        "tools":[{"type":"function","function":{"name":"get_current_weather","description":"Get the current weather in a given location",
        "parameters":{"type":"object","properties":{
        "location":{"type":"string","description":"The city and state, e.g. San Francisco, CA"},
        "unit":{"type":"string","description":"The unit of temperature to return","enum":["celsius","fahrenheit"]}},
        "required":["location"]}}}]}
        """;

    /// <summary>The numbers of OpenAI's cookbook on counting tokens.</summary>
    [Theory]
    [InlineData("gpt-4o", 124)]
    [InlineData("gpt-4o-mini-2024-07-18", 124)]
    [InlineData("gpt-4-0613", 129)]
    [InlineData("gpt-3.5-turbo", 129)]
    public void Of_CookbookMessages_IsExact(string model, int tokens) =>
        Chat(CookbookMessages, model).ShouldBe(new TokenEstimate(tokens, Exact: true));

    [Theory]
    [InlineData("gpt-4o", 101)]
    [InlineData("gpt-4", 105)]
    public void Of_CookbookTools_GivesTheBilledTokensMarkedInexact(string model, int tokens) =>
        Chat(CookbookTools, model).ShouldBe(new TokenEstimate(tokens, Exact: false));

    /// <summary>Requests with functions and the prompt tokens that were billed for them.</summary>
    [Fact]
    public void Of_FunctionCallingRequests_GivesTheirTokens()
    {
        var lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Tokens", "Golden", "function-calling.jsonl"));
        lines.Length.ShouldBe(32);
        foreach (var line in lines)
        {
            using var json = JsonDocument.Parse(line);
            var request = json.RootElement.GetProperty("request").GetRawText();
            Chat(request, "gpt-4o").Tokens.ShouldBe(json.RootElement.GetProperty("tokens").GetInt32(), request);
        }
    }

    [Fact]
    public void Of_EscapedText_CountsWhatItStandsFor() =>
        Chat("""{"messages":[{"role":"user","content":"\u0068\u0065llo\nworld \ud83c\udf0d\/"}]}""", "gpt-4o")
            .Tokens.ShouldBe(Tokenizer.O200k.Count("hello\nworld 🌍/") + 7);

    [Theory]
    [InlineData("""{"messages":[{"role":"user","content":"a \ud83c b"}]}""")]
    [InlineData("""{"messages":[{"role":"user","content":"a \ud83c\u0041 b"}]}""")]
    public void Of_HalfASurrogatePair_IsCountedAsReplacementCharacter(string body) => Chat(body, "gpt-4o").Tokens.ShouldBeInRange(10, 14);

    [Theory]
    [InlineData("claude-sonnet-4-5")]
    [InlineData("gemini-2.5-pro")]
    [InlineData("llama-3.3-70b")]
    public void Of_OtherVendorsModel_IsMoreThanO200kAndInexact(string model)
    {
        var count = Chat(CookbookMessages, model);
        count.Exact.ShouldBeFalse();
        count.Tokens.ShouldBeInRange(126, 124 * 13 / 10);
    }

    [Fact]
    public void Of_ReasoningModel_IsInexact() => Chat(CookbookMessages, "gpt-5").ShouldBe(new TokenEstimate(124, Exact: false));

    [Fact]
    public void Of_TextBeyondTheBudget_IsExtrapolated()
    {
        var text = string.Concat(Enumerable.Repeat("The quick brown fox jumps over the lazy dog. ", 2000));
        var body = JsonSerializer.Serialize(new { messages = new[] { new { role = "user", content = text } } });
        var whole = Chat(body, "gpt-4o");
        var bounded = RequestTokenCount.Of(Encoding.UTF8.GetBytes(body), RequestFormat.ChatCompletions, "gpt-4o", maxTextBytes: 4501);
        whole.Exact.ShouldBeTrue();
        bounded.Exact.ShouldBeFalse();
        bounded.Tokens.ShouldBeInRange(whole.Tokens * 98 / 100, whole.Tokens * 102 / 100);
    }

    [Fact]
    public void Of_NoBudget_EstimatesByLength()
    {
        var body = Encoding.UTF8.GetBytes("""{"messages":[{"role":"user","content":"12345678"}]}""");
        RequestTokenCount.Of(body, RequestFormat.ChatCompletions, "gpt-4o", maxTextBytes: 0).ShouldBe(new TokenEstimate(9, Exact: false));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[1,2]")]
    [InlineData("{\"messages\":[")]
    [InlineData("""{"\ud800":1}""")]
    public void Of_BodyThatIsNoRequest_IsARoughEstimate(string body) =>
        Chat(body, "gpt-4o").ShouldBe(new TokenEstimate(Encoding.UTF8.GetByteCount(body) / 4, Exact: false));

    [Theory]
    [InlineData("""{"messages":7}""")]
    [InlineData("""{"messages":[7,null,"x",{"role":3,"content":{"a":1},"tool_calls":"no","function_call":[]}],"tools":{"a":1}}""")]
    public void Of_UnexpectedShapes_CountsWhatIsThere(string body) => Chat(body, "gpt-4o").Tokens.ShouldBeInRange(3, 15);

    [Fact]
    public void Of_ResponsesBody_IsCountedLikeItsChatBody()
    {
        var body = """
            {"model":"gpt-4o","instructions":"Be brief.","input":[
            {"role":"user","content":[{"type":"input_text","text":"What is the weather?"}]},
            {"type":"function_call","call_id":"c1","name":"weather","arguments":"{}"},
            {"type":"function_call_output","call_id":"c1","output":"sunny"}]}
            """;
        // Frames 4 x 3, roles 2, texts 3 + 5 + 1 + 1 + 2, the call 3, the reply 3.
        Of(body, RequestFormat.Responses, "gpt-4o").ShouldBe(new TokenEstimate(32, Exact: false));
        Of("""{"input":"hello"}""", RequestFormat.Responses, "gpt-4o").Tokens.ShouldBe(8);
    }

    [Fact]
    public void Of_ResponsesTools_AreCountedLikeThoseOfChat()
    {
        using var chat = JsonDocument.Parse(CookbookTools);
        var function = chat.RootElement.GetProperty("tools")[0].GetProperty("function").GetRawText();
        var body =
            """{"instructions":"You are a helpful assistant that can answer to questions about the weather.","""
            + """ "input":"What's the weather like in San Francisco?","tools":[{"type":"function","""
            + function[1..]
            + "]}";
        Of(body, RequestFormat.Responses, "gpt-4o").Tokens.ShouldBe(101);
    }

    [Fact]
    public void Of_AnthropicBody_CountsEveryKindOfBlock()
    {
        var text = "one two three four five six seven eight nine ten";
        string Body(string blocks) => $$$"""{"system":"s","messages":[{"role":"user","content":[{{{blocks}}}]}]}""";
        var empty = Of(Body(""), RequestFormat.Messages, "claude-x").Tokens;
        var words = (int)Math.Ceiling(10 * 1.25);
        foreach (
            var block in new[]
            {
                $$"""{"type":"text","text":"{{text}}"}""",
                $$"""{"type":"thinking","thinking":"{{text}}","signature":"xyz"}""",
                $$"""{"type":"tool_result","tool_use_id":"t","content":[{"type":"text","text":"{{text}}"}]}""",
                $$$"""{"type":"document","source":{"type":"text","data":"{{{text}}}"}}""",
            }
        )
            (Of(Body(block), RequestFormat.Messages, "claude-x").Tokens - empty).ShouldBeInRange(words - 1, words + 1, block);
        Of(Body("""{"type":"image","source":{"type":"url","url":"https://a/b.png"}}"""), RequestFormat.Messages, "claude-x")
            .Tokens.ShouldBe(empty + 1399);
    }

    [Theory]
    [InlineData("\"hello world\"", 2)]
    [InlineData("[\"hello\",\"hello world\"]", 3)]
    [InlineData("[1,2,3,4]", 4)]
    [InlineData("[[1,2],[3]]", 3)]
    public void Of_EmbeddingsInput_CountsTextAndTokens(string input, int tokens) =>
        Of("{\"input\":" + input + "}", RequestFormat.Embeddings, "text-embedding-3-small")
            .ShouldBe(new TokenEstimate(tokens, Exact: true));

    private static TokenEstimate Chat(string body, string model) => Of(body, RequestFormat.ChatCompletions, model);

    private static TokenEstimate Of(string body, RequestFormat format, string model) =>
        RequestTokenCount.Of(Encoding.UTF8.GetBytes(body), format, model);
}
