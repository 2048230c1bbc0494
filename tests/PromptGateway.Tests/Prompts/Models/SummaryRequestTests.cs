using System.Text.Json;
using System.Text.Json.Nodes;
using PromptGateway.Tests.Gateway;

namespace PromptGateway.Tests.Prompts.Models;

/// <summary>Long conversations with <c>summarize-history</c>, through a whole gateway.</summary>
public sealed class SummaryRequestTests
{
    private static readonly (string, string)[] Policy =
    [
        ("Optimization:Policies:long:Transforms:0:Name", "summarize-history"),
        ("Optimization:Policies:long:Transforms:0:MaxTokens", "1000"),
        ("Optimization:Policies:long:Transforms:0:KeepPercent", "50"),
    ];

    [Fact]
    public async Task Conversation_TooLong_GoesWithASummaryInPlaceOfItsOldestTurns()
    {
        await using var upstream = await StartAsync();
        await using var gateway = await upstream.StartGatewayAsync(null, Policy);

        await OptimizerUpstream.SendAsync(gateway, Conversation(15), "long");

        var sent = Messages(upstream);
        sent[0].ShouldStartWith("[Summary of the ");
        sent[0].ShouldContain("They talked about the weather of 2026.");
        sent[0].ShouldContain("- Felix is a cat");
        sent[^1].ShouldBe(Turn(14));
        sent.Length.ShouldBeLessThan(15);
        upstream.Asked.ShouldHaveSingleItem().Text.ShouldContain("[assistant] ");
    }

    [Fact]
    public async Task Conversation_NextTurns_HaveTheSamePrefixAndAskOnce()
    {
        await using var upstream = await StartAsync();
        await using var gateway = await upstream.StartGatewayAsync(null, Policy);
        await OptimizerUpstream.SendAsync(gateway, Conversation(15), "long");
        var first = Messages(upstream);

        await OptimizerUpstream.SendAsync(gateway, Conversation(17), "long");

        Messages(upstream)[..first.Length].ShouldBe(first);
        upstream.Asked.ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("They talked about the weather of 1999.", 0.9)]
    [InlineData("See https://other.example/", 0.9)]
    [InlineData("They talked.", 0.3)]
    public async Task Summary_InventsOrIsUnsure_TheWholeConversationGoesUpstream(string summary, double confidence)
    {
        await using var upstream = await StartAsync(summary, confidence);
        await using var gateway = await upstream.StartGatewayAsync(null, Policy);

        await OptimizerUpstream.SendAsync(gateway, Conversation(15), "long");

        upstream.Answered[^1].Text.ShouldBe(Conversation(15));
        upstream.Asked.ShouldHaveSingleItem();
    }

    private static async Task<OptimizerUpstream> StartAsync(
        string summary = "They talked about the weather of 2026.",
        double confidence = 0.9
    )
    {
        var upstream = await OptimizerUpstream.StartAsync();
        var answer = JsonSerializer.Serialize(
            new
            {
                summary,
                facts = new[] { "Felix is a cat" },
                open_points = Array.Empty<string>(),
                confidence,
            }
        );
        upstream.Optimizer = (context, _) => FakeUpstream.JsonAsync(context, OptimizerUpstream.Response(answer));
        return upstream;
    }

    private static string Conversation(int turns) => OptimizerUpstream.Chat([.. Enumerable.Range(0, turns).Select(Turn)]);

    private static string Turn(int number) =>
        $"Turn {number}: "
        + string.Join(' ', Enumerable.Range(0, 9).Select(word => $"weather {(number * 7 + word) % 13} of 2026 and Felix"));

    private static string[] Messages(OptimizerUpstream upstream) =>
        [.. JsonNode.Parse(upstream.Answered[^1].Text)!["messages"]!.AsArray().Select(message => message!["content"]!.GetValue<string>())];
}
