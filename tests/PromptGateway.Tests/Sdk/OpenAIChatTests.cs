using System.ClientModel;
using System.Text;
using System.Text.Json;
using OpenAI.Chat;
using PromptGateway.Chat;

namespace PromptGateway.Tests.Sdk;

/// <summary>Prices of gpt-4o in nano-dollars a token: input 2500, cached input 1250, output 10000.</summary>
public sealed class OpenAIChatTests : IAsyncLifetime
{
    private const string WeatherSchema =
        """{"type":"object","properties":{"city":{"type":"string"},"days":{"type":"integer","minimum":2}},"required":["city","days"],"additionalProperties":false}""";
    private SdkGateway _sdk = null!;

    public async Task InitializeAsync() => _sdk = await SdkGateway.StartAsync();

    public async Task DisposeAsync() => await _sdk.DisposeAsync();

    private ChatClient Client => _sdk.OpenAI.GetChatClient("gpt-4o");

    [Fact]
    public async Task Chat_PlainQuestion_IsAnsweredAndCharged()
    {
        ChatCompletion completion = await Client.CompleteChatAsync("Hello there");

        completion.Content[0].Text.ShouldStartWith("This is the PromptGateway simulator. You said: Hello there");
        completion.Usage.InputTokenCount.ShouldBe(9);
        completion.Usage.OutputTokenCount.ShouldBe(48);
        var row = await _sdk.LastGoodRowAsync("chat", "gpt-4o");
        row.UsageSource.ShouldBe(UsageSource.Provider);
        row.Usage.ShouldBe(new TokenUsage { InputTokens = 9, OutputTokens = 48 });
        row.CostNanoUsd.ShouldBe(9 * 2500 + 48 * 10_000);
        row.Stream.ShouldBeFalse();
        row.ResponseModel.ShouldBe("gpt-4o");
    }

    [Fact]
    public async Task Chat_Streamed_ReachesTheClientInPiecesAndIsChargedTheSame()
    {
        var text = new StringBuilder();
        var pieces = 0;
        ChatFinishReason? finish = null;
        ChatTokenUsage? usage = null;

        await foreach (var update in Client.CompleteChatStreamingAsync("Grüße, 世界 🌍"))
        {
            foreach (var part in update.ContentUpdate)
            {
                text.Append(part.Text);
                pieces++;
            }
            finish = update.FinishReason ?? finish;
            usage = update.Usage ?? usage;
        }

        var streamed = await _sdk.LastGoodRowAsync("chat", "gpt-4o");
        ChatCompletion whole = await Client.CompleteChatAsync("Grüße, 世界 🌍");
        var plain = await _sdk.LastGoodRowAsync("chat", "gpt-4o");
        text.ToString().ShouldBe(whole.Content[0].Text);
        pieces.ShouldBeGreaterThan(10);
        finish.ShouldBe(ChatFinishReason.Stop);
        usage.ShouldNotBeNull().OutputTokenCount.ShouldBe(whole.Usage.OutputTokenCount);
        streamed.Stream.ShouldBeTrue();
        streamed.Usage.ShouldBe(plain.Usage);
        streamed.CostNanoUsd.ShouldBe(plain.CostNanoUsd);
        streamed.FirstTokenMicros.ShouldNotBeNull().ShouldBeLessThanOrEqualTo(streamed.DurationMicros);
    }

    [Fact]
    public async Task Chat_ReasoningModel_ReasoningIsPartOfTheOutputAndNotChargedTwice()
    {
        ChatCompletion completion = await _sdk.OpenAI.GetChatClient("gpt-5-mini").CompleteChatAsync("Hello there");

        completion.Usage.OutputTokenDetails.ReasoningTokenCount.ShouldBe(16);
        var row = await _sdk.LastGoodRowAsync("chat", "gpt-5-mini");
        row.Usage.ShouldBe(
            new TokenUsage
            {
                InputTokens = 9,
                OutputTokens = 64,
                ReasoningTokens = 16,
            }
        );
        row.CostNanoUsd.ShouldBe(9 * 250 + 64 * 2000);
    }

    [Fact]
    public async Task Chat_ToolsRoundTrip_CallsTheToolAndUsesItsResult()
    {
        var options = new ChatCompletionOptions { Tools = { Tool("get_time", "{}"), Tool("get_weather", WeatherSchema) } };
        List<ChatMessage> messages = [new UserChatMessage("Please call get_weather now")];

        ChatCompletion first = await Client.CompleteChatAsync(messages, options);
        var firstRow = await _sdk.LastGoodRowAsync("chat", "gpt-4o");
        messages.Add(new AssistantChatMessage(first));
        messages.Add(new ToolChatMessage(first.ToolCalls[0].Id, "sunny"));
        ChatCompletion second = await Client.CompleteChatAsync(messages, options);
        var secondRow = await _sdk.LastGoodRowAsync("chat", "gpt-4o");

        first.FinishReason.ShouldBe(ChatFinishReason.ToolCalls);
        first.ToolCalls.ShouldHaveSingleItem().FunctionArguments.ToString().ShouldBe("""{"city":"sample","days":2}""");
        second.Content[0].Text.ShouldContain("The tool returned: sunny");
        firstRow.Usage.OutputTokens.ShouldBe(first.Usage.OutputTokenCount);
        secondRow.Usage.InputTokens.ShouldBe(second.Usage.InputTokenCount);
        secondRow.CostNanoUsd!.Value.ShouldBe(second.Usage.InputTokenCount * 2500L + second.Usage.OutputTokenCount * 10_000L);
    }

    [Fact]
    public async Task Chat_ToolStreamed_ArrivesWhole()
    {
        var options = new ChatCompletionOptions
        {
            Tools = { Tool("get_weather", WeatherSchema) },
            ToolChoice = ChatToolChoice.CreateFunctionChoice("get_weather"),
        };
        var (names, arguments) = (new List<string>(), new StringBuilder());

        await foreach (var update in Client.CompleteChatStreamingAsync([new UserChatMessage("Hi")], options))
        foreach (var call in update.ToolCallUpdates)
        {
            if (call.FunctionName is not null)
                names.Add(call.FunctionName);
            arguments.Append(call.FunctionArgumentsUpdate);
        }

        names.ShouldHaveSingleItem().ShouldBe("get_weather");
        JsonDocument.Parse(arguments.ToString()).RootElement.GetProperty("days").GetInt32().ShouldBe(2);
        (await _sdk.LastGoodRowAsync("chat", "gpt-4o")).Usage.OutputTokens.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Chat_StructuredOutput_FitsTheSchema()
    {
        var options = new ChatCompletionOptions
        {
            ResponseFormat = ChatResponseFormat.CreateJsonSchemaFormat(
                "weather",
                BinaryData.FromString(WeatherSchema),
                jsonSchemaIsStrict: true
            ),
        };

        ChatCompletion completion = await Client.CompleteChatAsync([new UserChatMessage("Hi")], options);

        completion.Content[0].Text.ShouldBe("""{"city":"sample","days":2}""");
        (await _sdk.LastGoodRowAsync("chat", "gpt-4o")).Usage.OutputTokens.ShouldBe(completion.Usage.OutputTokenCount);
    }

    [Fact]
    public async Task Chat_LongPromptRepeated_IsChargedAtTheCachedPrice()
    {
        List<ChatMessage> messages =
        [
            new SystemChatMessage(string.Concat(Enumerable.Repeat("All work and no play. ", 400))),
            new UserChatMessage("Hi"),
        ];

        await Client.CompleteChatAsync(messages);
        ChatCompletion second = await Client.CompleteChatAsync(messages);

        var cached = second.Usage.InputTokenDetails.CachedTokenCount;
        cached.ShouldBeGreaterThan(1024);
        var row = await _sdk.LastGoodRowAsync("chat", "gpt-4o");
        row.Usage.CachedInputTokens.ShouldBe(cached);
        row.CostNanoUsd.ShouldBe(
            (second.Usage.InputTokenCount - cached) * 2500L + cached * 1250L + second.Usage.OutputTokenCount * 10_000L
        );
    }

    [Fact]
    public async Task Chat_WrongKey_ThrowsWithTheReason()
    {
        var stranger = _sdk.Gateway.NewOpenAIClient("pg-nonsense").GetChatClient("gpt-4o");

        var error = await Should.ThrowAsync<ClientResultException>(() => stranger.CompleteChatAsync("Hi"));

        error.Status.ShouldBe(401);
        error.Message.ShouldContain("invalid_api_key");
    }

    private static ChatTool Tool(string name, string schema) => ChatTool.CreateFunctionTool(name, "A tool", BinaryData.FromString(schema));
}
