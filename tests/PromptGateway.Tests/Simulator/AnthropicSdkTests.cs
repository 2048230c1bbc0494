using System.Text;
using System.Text.Json;
using Anthropic.Models.Messages;

namespace PromptGateway.Tests.Simulator;

public sealed class AnthropicSdkTests : SimulatorTests
{
    private static MessageCreateParams Ask(string text) =>
        new()
        {
            Model = "claude-sonnet-5",
            MaxTokens = 1024,
            Messages = [new UserMessageParam(text)],
        };

    [Fact]
    public async Task Messages_PlainQuestion_AnswersWithUsage()
    {
        var message = await Simulator.Anthropic.Messages.Create(Ask("Hello there"));

        message.Content.ShouldHaveSingleItem().TryPickText(out var text).ShouldBeTrue();
        text!.Text.ShouldStartWith("This is the PromptGateway simulator. You said: Hello there");
        message.StopReason!.Raw().ShouldBe("end_turn");
        message.Usage.InputTokens.ShouldBe(3 + 2 + 3);
        message.Usage.OutputTokens.ShouldBe(48);
        message.Usage.CacheReadInputTokens.ShouldBe(0);
    }

    [Fact]
    public async Task Messages_Streamed_DeltasMakeTheAnswerAndUsageIsCumulative()
    {
        var text = new StringBuilder();
        long output = 0;
        var (starts, stops) = (0, 0);

        await foreach (var update in Simulator.Anthropic.Messages.CreateStreaming(Ask("Hello there")))
        {
            if (update.TryPickStart(out _))
                starts++;
            if (update.TryPickContentBlockDelta(out var delta) && delta.Delta.TryPickText(out var piece))
                text.Append(piece.Text);
            if (update.TryPickDelta(out var end))
                output = end.Usage.OutputTokens;
            if (update.TryPickStop(out _))
                stops++;
        }

        text.ToString().ShouldStartWith("This is the PromptGateway simulator. You said: Hello there");
        output.ShouldBe(48);
        (starts, stops).ShouldBe((1, 1));
    }

    [Fact]
    public async Task Messages_UserNamesTool_AnswersToolUseThatFits()
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

        var message = await Simulator.Anthropic.Messages.Create(ask);

        message.StopReason!.Raw().ShouldBe("tool_use");
        message.Content.ShouldHaveSingleItem().TryPickToolUse(out var call).ShouldBeTrue();
        call!.Name.ShouldBe("get_weather");
        call.Input["city"].GetString().ShouldBe("sample");
    }

    [Fact]
    public async Task CountTokens_OfAMessage_IsWhatTheMessageCosts()
    {
        var count = await Simulator.Anthropic.Messages.CountTokens(
            new() { Model = "claude-sonnet-5", Messages = [new UserMessageParam("Hello there")] }
        );
        var message = await Simulator.Anthropic.Messages.Create(Ask("Hello there"));

        count.InputTokens.ShouldBe(message.Usage.InputTokens);
    }

    [Fact]
    public async Task Messages_WithCacheControl_WritesThenReads()
    {
        var ask = Ask("Hi") with
        {
            System = new List<TextBlockParam>
            {
                new() { Text = string.Concat(Enumerable.Repeat("All work and no play. ", 400)), CacheControl = new() },
            },
        };

        var first = await Simulator.Anthropic.Messages.Create(ask);
        var second = await Simulator.Anthropic.Messages.Create(ask);

        var prefix = first.Usage.CacheCreationInputTokens.ShouldNotBeNull();
        prefix.ShouldBeGreaterThan(2000);
        first.Usage.CacheReadInputTokens.ShouldBe(0);
        second.Usage.CacheReadInputTokens.ShouldBe(prefix);
        second.Usage.CacheCreationInputTokens.ShouldBe(0);
        second.Usage.InputTokens.ShouldBe(first.Usage.InputTokens);
    }
}
