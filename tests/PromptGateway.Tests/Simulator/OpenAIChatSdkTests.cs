using System.ClientModel;
using System.Text;
using System.Text.Json;
using OpenAI.Chat;
using PromptGateway.Tokens;

namespace PromptGateway.Tests.Simulator;

public sealed class OpenAIChatSdkTests : SimulatorTests
{
    private const string WeatherSchema =
        """{"type":"object","properties":{"city":{"type":"string"},"days":{"type":"integer","minimum":2}},"required":["city","days"],"additionalProperties":false}""";

    private ChatClient Client(string model) => new(model, Simulator.Credential, Simulator.OpenAIOptions);

    [Fact]
    public async Task Chat_PlainQuestion_SaysWhatItIsAndCountsItsTokens()
    {
        ChatCompletion completion = await Client("gpt-4o").CompleteChatAsync("Hello there");

        var text = completion.Content[0].Text;
        text.ShouldStartWith("This is the PromptGateway simulator. You said: Hello there");
        completion.FinishReason.ShouldBe(ChatFinishReason.Stop);
        completion.Model.ShouldBe("gpt-4o");
        completion.Usage.InputTokenCount.ShouldBe(3 + 1 + 2 + 3); // message frame, role, content, reply priming
        completion.Usage.OutputTokenCount.ShouldBe(48);
        Tokenizer.O200k.Count(text).ShouldBe(48);
        completion.Usage.TotalTokenCount.ShouldBe(57);
        completion.Usage.OutputTokenDetails.ReasoningTokenCount.ShouldBe(0);
    }

    [Fact]
    public async Task Chat_ReasoningModel_CountsReasoningInsideOutput()
    {
        ChatCompletion completion = await Client("gpt-5-mini").CompleteChatAsync("Hello there");

        completion.Usage.OutputTokenDetails.ReasoningTokenCount.ShouldBe(16);
        completion.Usage.OutputTokenCount.ShouldBe(16 + 48);
    }

    [Fact]
    public async Task Chat_TokenLimit_EndsWithLengthAtTheLimit()
    {
        ChatCompletion completion = await Client("gpt-4o")
            .CompleteChatAsync([new UserChatMessage("Hi")], new() { MaxOutputTokenCount = 20 });

        completion.FinishReason.ShouldBe(ChatFinishReason.Length);
        completion.Usage.OutputTokenCount.ShouldBe(20);
        Tokenizer.O200k.Count(completion.Content[0].Text).ShouldBe(20);
    }

    [Fact]
    public async Task Chat_StopSequence_EndsBeforeIt()
    {
        var options = new ChatCompletionOptions { StopSequences = { "You said" } };

        ChatCompletion completion = await Client("gpt-4o").CompleteChatAsync([new UserChatMessage("Hi")], options);

        completion.Content[0].Text.ShouldBe("This is the PromptGateway simulator. ");
        completion.FinishReason.ShouldBe(ChatFinishReason.Stop);
    }

    [Fact]
    public async Task Chat_Streamed_EqualsTheWholeAnswerAndEndsWithUsage()
    {
        ChatCompletion whole = await Client("gpt-4o").CompleteChatAsync("Grüße, 世界 🌍");
        var text = new StringBuilder();
        ChatTokenUsage? usage = null;
        ChatFinishReason? finish = null;

        await foreach (var update in Client("gpt-4o").CompleteChatStreamingAsync("Grüße, 世界 🌍"))
        {
            foreach (var part in update.ContentUpdate)
                text.Append(part.Text);
            finish = update.FinishReason ?? finish;
            usage = update.Usage ?? usage;
        }

        text.ToString().ShouldBe(whole.Content[0].Text);
        finish.ShouldBe(ChatFinishReason.Stop);
        usage.ShouldNotBeNull().OutputTokenCount.ShouldBe(whole.Usage.OutputTokenCount);
        usage.InputTokenCount.ShouldBe(whole.Usage.InputTokenCount);
    }

    [Fact]
    public async Task Chat_UserNamesTool_CallsItWithFittingArguments()
    {
        var options = new ChatCompletionOptions { Tools = { Tool("get_time", "{}"), Tool("get_weather", WeatherSchema) } };

        ChatCompletion completion = await Client("gpt-4o").CompleteChatAsync([new UserChatMessage("Please call get_weather now")], options);

        completion.FinishReason.ShouldBe(ChatFinishReason.ToolCalls);
        var call = completion.ToolCalls.ShouldHaveSingleItem();
        call.FunctionName.ShouldBe("get_weather");
        call.FunctionArguments.ToString().ShouldBe("""{"city":"sample","days":2}""");
        completion.Usage.OutputTokenCount.ShouldBe(
            Tokenizer.O200k.Count("get_weather"u8) + Tokenizer.O200k.Count(call.FunctionArguments.ToArray())
        );
    }

    [Fact]
    public async Task Chat_ToolResult_IsAnsweredWithText()
    {
        var options = new ChatCompletionOptions { Tools = { Tool("get_weather", WeatherSchema) } };
        List<ChatMessage> messages = [new UserChatMessage("call get_weather")];
        ChatCompletion first = await Client("gpt-4o").CompleteChatAsync(messages, options);
        messages.Add(new AssistantChatMessage(first));
        messages.Add(new ToolChatMessage(first.ToolCalls[0].Id, "sunny"));

        ChatCompletion second = await Client("gpt-4o").CompleteChatAsync(messages, options);

        second.Content[0].Text.ShouldContain("The tool returned: sunny");
        second.Usage.InputTokenCount.ShouldBeGreaterThan(first.Usage.InputTokenCount);
    }

    [Fact]
    public async Task Chat_ForcedToolStreamed_SendsIdAndNameOnceAndArgumentsInPieces()
    {
        var options = new ChatCompletionOptions
        {
            Tools = { Tool("get_weather", WeatherSchema) },
            ToolChoice = ChatToolChoice.CreateFunctionChoice("get_weather"),
        };
        var (ids, names, arguments) = (new List<string>(), new List<string>(), new StringBuilder());
        ChatFinishReason? finish = null;

        await foreach (var update in Client("gpt-4o").CompleteChatStreamingAsync([new UserChatMessage("Hi")], options))
        {
            foreach (var call in update.ToolCallUpdates)
            {
                call.Index.ShouldBe(0);
                if (call.ToolCallId is not null)
                    ids.Add(call.ToolCallId);
                if (call.FunctionName is not null)
                    names.Add(call.FunctionName);
                arguments.Append(call.FunctionArgumentsUpdate);
            }

            finish = update.FinishReason ?? finish;
        }

        ids.ShouldHaveSingleItem().ShouldStartWith("call_");
        names.ShouldHaveSingleItem().ShouldBe("get_weather");
        JsonDocument.Parse(arguments.ToString()).RootElement.GetProperty("days").GetInt32().ShouldBe(2);
        finish.ShouldBe(ChatFinishReason.ToolCalls);
    }

    [Fact]
    public async Task Chat_JsonSchemaFormat_AnswersAnInstance()
    {
        var options = new ChatCompletionOptions
        {
            ResponseFormat = ChatResponseFormat.CreateJsonSchemaFormat(
                "weather",
                BinaryData.FromString(WeatherSchema),
                jsonSchemaIsStrict: true
            ),
        };

        ChatCompletion completion = await Client("gpt-4o").CompleteChatAsync([new UserChatMessage("Hi")], options);

        completion.Content[0].Text.ShouldBe("""{"city":"sample","days":2}""");
        completion.FinishReason.ShouldBe(ChatFinishReason.Stop);
    }

    [Fact]
    public async Task Chat_LongPromptRepeated_ReadsItFromTheCache()
    {
        List<ChatMessage> messages =
        [
            new SystemChatMessage(string.Concat(Enumerable.Repeat("All work and no play. ", 400))),
            new UserChatMessage("Hi"),
        ];

        ChatCompletion first = await Client("gpt-4o").CompleteChatAsync(messages);
        ChatCompletion second = await Client("gpt-4o").CompleteChatAsync([messages[0], new UserChatMessage("Something else")]);

        first.Usage.InputTokenDetails.CachedTokenCount.ShouldBe(0);
        var cached = second.Usage.InputTokenDetails.CachedTokenCount;
        (cached % 128).ShouldBe(0);
        cached.ShouldBeInRange(first.Usage.InputTokenCount - 256, first.Usage.InputTokenCount);
    }

    [Fact]
    public async Task Chat_LongPromptUnderAnotherCacheKey_Misses()
    {
        var content = string.Concat(Enumerable.Repeat("All work and no play. ", 400));
        string Body(string key) =>
            $$"""{"model":"gpt-4o","prompt_cache_key":"{{key}}","messages":[{"role":"user","content":"{{content}}"}]}""";
        static int Cached(JsonElement answer) =>
            answer.GetProperty("usage").GetProperty("prompt_tokens_details").GetProperty("cached_tokens").GetInt32();
        await Simulator.PostJsonAsync("/v1/chat/completions", Body("a"));

        Cached(await Simulator.PostJsonAsync("/v1/chat/completions", Body("b"))).ShouldBe(0);
        Cached(await Simulator.PostJsonAsync("/v1/chat/completions", Body("a"))).ShouldBeGreaterThan(2000);
    }

    [Theory]
    [InlineData("gpt-4o", false)]
    [InlineData("gpt-5.6", true)]
    public async Task Chat_LongPrompt_ReportsCacheWritesOnlyWhereOpenAIDoes(string model, bool reports)
    {
        var content = string.Concat(Enumerable.Repeat("All work and no play. ", 400));

        var answer = await Simulator.PostJsonAsync(
            "/v1/chat/completions",
            $$"""{"model":"{{model}}","messages":[{"role":"user","content":"{{content}}"}]}"""
        );

        var details = answer.GetProperty("usage").GetProperty("prompt_tokens_details");
        details.TryGetProperty("cache_write_tokens", out var written).ShouldBe(reports);
        if (reports)
            written.GetInt32().ShouldBeGreaterThan(2000);
    }

    [Fact]
    public async Task Chat_ToolsAndImage_CostWhatTheTokenRulesSay()
    {
        const string Body = """
            {"model":"gpt-4o","messages":[{"role":"system","content":"Be brief"},{"role":"user","content":[{"type":"text","text":"What is it?"},
            {"type":"image_url","image_url":{"url":"https://example.com/cat.png","detail":"low"}}]}],
            "tools":[{"type":"function","function":{"name":"get_weather","description":"Weather","parameters":{"type":"object","properties":{"city":{"type":"string"}}}}}]}
            """;

        var answer = await Simulator.PostJsonAsync("/v1/chat/completions", Body);

        var expected = RequestTokenCount.Of(Encoding.UTF8.GetBytes(Body), RequestFormat.ChatCompletions, "gpt-4o").Tokens;
        answer.GetProperty("usage").GetProperty("prompt_tokens").GetInt32().ShouldBe(expected);
    }

    [Fact]
    public async Task Chat_WrongKey_Throws401()
    {
        var client = new ChatClient("gpt-4o", new ApiKeyCredential("wrong"), Simulator.OpenAIOptions);

        var error = await Should.ThrowAsync<ClientResultException>(() => client.CompleteChatAsync("Hi"));

        error.Status.ShouldBe(401);
        error.Message.ShouldContain("invalid_api_key");
    }

    private static ChatTool Tool(string name, string schema) => ChatTool.CreateFunctionTool(name, "A tool", BinaryData.FromString(schema));
}
