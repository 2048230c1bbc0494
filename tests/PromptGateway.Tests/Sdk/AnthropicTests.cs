using System.Text;
using System.Text.Json;
using Anthropic.Models.Messages;
using PromptGateway.Chat;
using PromptGateway.Tests.Gateway;

namespace PromptGateway.Tests.Sdk;

/// <summary>Prices of claude-sonnet-4-5 in nano-dollars a token: input 3000, cached 300, cache write 3750, output 15000.</summary>
public sealed class AnthropicTests : IAsyncLifetime
{
    private const string Model = "claude-sonnet-4-5";
    private SdkGateway _sdk = null!;

    public async Task InitializeAsync() => _sdk = await SdkGateway.StartAsync();

    public async Task DisposeAsync() => await _sdk.DisposeAsync();

    private static MessageCreateParams Ask(string text) =>
        new()
        {
            Model = Model,
            MaxTokens = 1024,
            Messages = [new UserMessageParam(text)],
        };

    [Fact]
    public async Task Messages_PlainQuestion_IsAnsweredAndCharged()
    {
        var message = await _sdk.Anthropic.Messages.Create(Ask("Hello there"));

        message.Content.ShouldHaveSingleItem().TryPickText(out var text).ShouldBeTrue();
        text!.Text.ShouldStartWith("This is the PromptGateway simulator. You said: Hello there");
        _sdk.LastAuthorization.ShouldBe("Bearer " + TestGateway.ApiKey);
        var row = await _sdk.LastGoodRowAsync("messages", Model);
        row.UsageSource.ShouldBe(UsageSource.Provider);
        row.Usage.ShouldBe(new TokenUsage { InputTokens = message.Usage.InputTokens, OutputTokens = message.Usage.OutputTokens });
        row.CostNanoUsd.ShouldBe(message.Usage.InputTokens * 3000 + message.Usage.OutputTokens * 15_000);
    }

    [Fact]
    public async Task Messages_Streamed_ArrivesWholeAndIsCharged()
    {
        var text = new StringBuilder();
        long output = 0;

        await foreach (var update in _sdk.Anthropic.Messages.CreateStreaming(Ask("Hello there")))
        {
            if (update.TryPickContentBlockDelta(out var delta) && delta.Delta.TryPickText(out var piece))
                text.Append(piece.Text);
            if (update.TryPickDelta(out var end))
                output = end.Usage.OutputTokens;
        }

        text.ToString().ShouldStartWith("This is the PromptGateway simulator. You said: Hello there");
        var row = await _sdk.LastGoodRowAsync("messages", Model);
        row.Stream.ShouldBeTrue();
        row.Usage.OutputTokens.ShouldBe(output);
        row.Usage.InputTokens.ShouldBe(8);
        row.CostNanoUsd.ShouldBe(8 * 3000 + output * 15_000);
    }

    [Fact]
    public async Task Messages_WithCacheControl_ChargesTheWriteThenTheRead()
    {
        var ask = Ask("Hi") with
        {
            System = new List<TextBlockParam>
            {
                new() { Text = string.Concat(Enumerable.Repeat("All work and no play. ", 400)), CacheControl = new() },
            },
        };

        var first = await _sdk.Anthropic.Messages.Create(ask);
        var written = await _sdk.LastGoodRowAsync("messages", Model);
        var second = await _sdk.Anthropic.Messages.Create(ask);
        var read = await _sdk.LastGoodRowAsync("messages", Model);

        var prefix = first.Usage.CacheCreationInputTokens.ShouldNotBeNull();
        written.Usage.CacheWriteTokens.ShouldBe(prefix);
        written.Usage.InputTokens.ShouldBe(prefix + first.Usage.InputTokens);
        written.CostNanoUsd.ShouldBe(first.Usage.InputTokens * 3000 + prefix * 3750 + first.Usage.OutputTokens * 15_000);
        read.Usage.CachedInputTokens.ShouldBe(prefix);
        read.CostNanoUsd.ShouldBe(second.Usage.InputTokens * 3000 + prefix * 300 + second.Usage.OutputTokens * 15_000);
    }

    [Fact]
    public async Task Messages_Tool_AnswersToolUseThatFits()
    {
        var ask = Ask("call get_weather") with
        {
            Tools =
            [
                new Tool
                {
                    Name = "get_weather",
                    InputSchema = new()
                    {
                        Properties = new Dictionary<string, JsonElement>
                        {
                            ["city"] = JsonDocument.Parse("""{"type":"string"}""").RootElement,
                        },
                        Required = ["city"],
                    },
                },
            ],
        };

        var message = await _sdk.Anthropic.Messages.Create(ask);

        message.StopReason!.Raw().ShouldBe("tool_use");
        (await _sdk.LastGoodRowAsync("messages", Model)).Usage.OutputTokens.ShouldBe(message.Usage.OutputTokens);
    }

    [Fact]
    public async Task CountTokens_OfAMessage_IsWhatTheMessageCostsAndIsFree()
    {
        var count = await _sdk.Anthropic.Messages.CountTokens(new() { Model = Model, Messages = [new UserMessageParam("Hello there")] });
        var counted = await _sdk.LastGoodRowAsync("count_tokens", Model);
        var message = await _sdk.Anthropic.Messages.Create(Ask("Hello there"));

        count.InputTokens.ShouldBe(message.Usage.InputTokens);
        counted.Usage.ShouldBe(default);
        counted.CostNanoUsd.ShouldBe(0);
    }

    [Fact]
    public async Task Messages_UnknownKey_ThrowsInAnthropicsShape()
    {
        using var stranger = _sdk.Gateway.NewClient("pg-nonsense");
        stranger.DefaultRequestHeaders.Add("anthropic-version", "2023-06-01");

        var answer = await stranger.PostAsync("/v1/messages", new StringContent("{}", Encoding.UTF8, "application/json"));

        ((int)answer.StatusCode).ShouldBe(401);
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        json.RootElement.GetProperty("type").GetString().ShouldBe("error");
        json.RootElement.GetProperty("error").GetProperty("type").GetString().ShouldBe("authentication_error");
    }
}
