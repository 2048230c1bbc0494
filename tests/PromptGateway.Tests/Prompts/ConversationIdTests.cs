using System.Text;
using PromptGateway.Prompts.Map;
using PromptGateway.Prompts.Optimization;
using PromptGateway.Tokens;

namespace PromptGateway.Tests.Prompts;

public sealed class ConversationIdTests
{
    [Fact]
    public void Of_LaterTurns_IsTheSame()
    {
        for (var seed = 0; seed < 60; seed++)
        {
            var format = (RequestFormat)(seed % 3);
            RandomPrompts
                .Conversation(seed, format, 6)
                .Where(body => Map(body, format) > 0)
                .Select(body => NameOf(body, format, "key_a"))
                .Distinct()
                .Count()
                .ShouldBeLessThanOrEqualTo(1);
        }
    }

    [Fact]
    public void Of_OtherKeyOrOtherFirstWords_IsAnother()
    {
        var body = Encoding.UTF8.GetBytes(AgentPrompts.Chat());
        var other = Encoding.UTF8.GetBytes(AgentPrompts.Chat().Replace("Weather?", "Rain?"));

        string[] names =
        [
            NameOf(body, RequestFormat.ChatCompletions, "key_a"),
            NameOf(body, RequestFormat.ChatCompletions, "key_b"),
            NameOf(other, RequestFormat.ChatCompletions, "key_a"),
        ];

        names.Distinct().Count().ShouldBe(3);
        names.ShouldAllBe(name => name.Length == 16);
    }

    [Fact]
    public void IsControl_OverManyConversations_TakesTheShareAndDiffersBetweenPolicies()
    {
        const int many = 4000;
        var body = Encoding.UTF8.GetBytes(AgentPrompts.Chat());
        using var map = PromptMap.Rent();
        map.TryRead(body, RequestFormat.ChatCompletions);
        int control = 0,
            same = 0;
        for (var key = 0; key < many; key++)
        {
            var id = ConversationId.Of(body, map, $"key_{key}");
            var isControl = id.IsControl("safe", 0.25);
            control += isControl ? 1 : 0;
            same += isControl == id.IsControl("agent", 0.25) ? 1 : 0;
            id.IsControl("safe", 0.25).ShouldBe(isControl);
            id.IsControl("safe", 0).ShouldBeFalse();
            id.IsControl("safe", 1).ShouldBeTrue();
        }

        // Four standard deviations of a fair draw.
        ((double)control / many).ShouldBe(0.25, 0.028);
        ((double)same / many).ShouldBe(0.625, 0.031);
    }

    private static int Map(byte[] body, RequestFormat format)
    {
        using var map = PromptMap.Rent();
        map.TryRead(body, format).ShouldBeTrue();
        return map.Segments.ToArray().Count(segment => segment.Kind == SegmentKind.User);
    }

    private static string NameOf(byte[] body, RequestFormat format, string key)
    {
        using var map = PromptMap.Rent();
        map.TryRead(body, format).ShouldBeTrue();
        return ConversationId.Of(body, map, key).Name;
    }
}
