using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using PromptGateway.Prompts.Policies;
using PromptGateway.Prompts.Transforms;
using PromptGateway.Tokens;
using JsonNode = System.Text.Json.Nodes.JsonNode;

namespace PromptGateway.Tests.Prompts;

/// <summary>Prompts that stay long enough for the provider's cache.</summary>
public sealed class CacheFloorTests
{
    private const int Floor = 300;

    private static readonly OptimizationPolicy Policy = BuiltInPolicies.Lossless with
    {
        CacheableTokens = Floor,
        TimeBudget = TimeSpan.FromMinutes(1),
    };

    [Fact]
    public void RandomConversation_KeepsItsBeginningAndDoesNotFallBelowTheFloor() =>
        FsCheckRuns.Usual(seed =>
        {
            var format = (RequestFormat)(Math.Abs(seed) % 3);
            var runner = new PolicyRunner(TimeProvider.System);
            var remembering = new PolicyRunner(TimeProvider.System, new SegmentCache(() => 1 << 20, TimeProvider.System));
            byte[]? last = null;
            foreach (var body in RandomPrompts.Conversation(seed, format, 6))
            {
                var after = Run(runner, body, format);
                Run(remembering, body, format).ShouldBe(after);
                if (last is not null)
                    after.AsSpan().StartsWith(last.AsSpan(0, last.Length - "]}".Length)).ShouldBeTrue();
                last = after;
                Tokens(after, format).ShouldBeGreaterThanOrEqualTo(Math.Min(Tokens(body, format), Floor));
            }
        });

    [Fact]
    public void PromptBelowTheFloor_StaysAsItIsAndSaysWhy()
    {
        var body = RandomPrompts.WithResult("{ \"a\":     1,      \"b\":     [ 1,     2,     3,     4 ],     \"c\":     null }");

        using var result = new PolicyRunner(TimeProvider.System).Run(body, RequestFormat.ChatCompletions, Policy);

        result.Body.IsUnchanged.ShouldBeTrue();
        result.Transforms.Single(report => report.Name == "json-compact").SkippedBecause.ShouldBe(SkipReason.KeptCacheable);
        result.Transforms.ShouldAllBe(report => !report.Applied);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void SamePartBehindOtherInstructions_IsDecidedForItsOwnPrompt(bool longFirst)
    {
        var remembering = new PolicyRunner(TimeProvider.System, new SegmentCache(() => 1 << 20, TimeProvider.System));
        var (brief, detailed) = (
            WithInstructions("Be brief."),
            WithInstructions(string.Concat(Enumerable.Repeat("Mind the gap. ", Floor)))
        );
        Run(remembering, longFirst ? detailed : brief, RequestFormat.ChatCompletions);

        Run(remembering, brief, RequestFormat.ChatCompletions).ShouldBe(brief);
        Run(remembering, detailed, RequestFormat.ChatCompletions).Length.ShouldBeLessThan(detailed.Length);
    }

    [Fact]
    public void DocumentThatIsAskedAboutOnce_IsShortened_AndStaysSoWhenTheConversationGoesOn()
    {
        var runner = new PolicyRunner(TimeProvider.System);

        var first = Run(runner, AboutDocument(), RequestFormat.Messages, Excerpts);
        var second = Run(runner, AboutDocument(Answer, Another), RequestFormat.Messages, Excerpts);

        first.Length.ShouldBeLessThan(AboutDocument().Length);
        second.AsSpan().StartsWith(first.AsSpan(0, first.Length - "]}".Length)).ShouldBeTrue();
    }

    [Fact]
    public void DocumentBehindAnAnswer_StaysAsItIs()
    {
        var sent = AboutDocument(Answer, Document("more"), Answer, Another);

        var after = Run(new PolicyRunner(TimeProvider.System), sent, RequestFormat.Messages, Excerpts);

        Count(sent, "filler").ShouldBe(80);
        Count(after, "filler more").ShouldBe(40);
        Count(after, "filler first").ShouldBeLessThan(40);
    }

    [Fact]
    public void DocumentBesideDeclaredTools_StaysAsItIs()
    {
        var body = WithMember(AboutDocument(), "tools", JsonNode.Parse("""[{"name":"f","input_schema":{"type":"object"}}]""")!);

        Run(new PolicyRunner(TimeProvider.System), body, RequestFormat.Messages, Excerpts).ShouldBe(body);
    }

    /// <summary>Some SDKs write them last; the provider reads them first.</summary>
    [Theory]
    [InlineData("tools")]
    [InlineData("system")]
    public void ToolsAndInstructionsBehindTheMessages_CountBeforeThem(string member)
    {
        var text = string.Concat(Enumerable.Repeat("Mind the gap, say what you see. ", Floor));
        JsonNode value =
            member == "system"
                ? text
                : new JsonArray(
                    new JsonObject
                    {
                        ["name"] = "f",
                        ["description"] = text,
                        ["input_schema"] = new JsonObject(),
                    }
                );
        var body = Encoding.UTF8.GetBytes(AgentPrompts.Messages().Replace(AgentPrompts.Manual, "", StringComparison.Ordinal));
        Run(new PolicyRunner(TimeProvider.System), body, RequestFormat.Messages).ShouldBe(body);

        var with = WithMember(body, member, value);

        Run(new PolicyRunner(TimeProvider.System), with, RequestFormat.Messages).Length.ShouldBeLessThan(with.Length);
    }

    private static readonly OptimizationPolicy Excerpts = new("excerpts", [new ExtractRelevantTransform(300)])
    {
        CacheableTokens = 2000,
        TimeBudget = TimeSpan.FromMinutes(1),
    };

    private const string Answer = """{"role":"assistant","content":"It fits."}""";
    private const string Another = """{"role":"user","content":"And the rest?"}""";

    private static string Document(string name) =>
        $$$"""
            {"role":"user","content":[{"type":"document","source":{"type":"text","media_type":"text/plain","data":"{{{string.Concat(
                Enumerable.Range(1, 40).Select(line => $"A line {line} of filler {name}.\\n")
            )}}}"}},{"type":"text","text":"Which line names {{{name}}}?"}]}
            """;

    private static byte[] AboutDocument(params string[] more) =>
        Encoding.UTF8.GetBytes(
            $$"""{"model":"claude-sonnet-4-5","max_tokens":9,"messages":[{{string.Join(',', [Document("first"), .. more])}}]}"""
        );

    private static byte[] WithMember(byte[] body, string name, JsonNode value)
    {
        var json = JsonNode.Parse(body)!.AsObject();
        json.Remove(name);
        json.Add(name, value);
        return Encoding.UTF8.GetBytes(json.ToJsonString());
    }

    private static int Count(byte[] body, string word) => Encoding.UTF8.GetString(body).Split(word).Length - 1;

    private static byte[] WithInstructions(string instructions) =>
        Encoding.UTF8.GetBytes(
            JsonSerializer.Serialize(
                new
                {
                    messages = (object[])
                        [
                            new { role = "system", content = instructions },
                            new { role = "user", content = "What is wrong?" },
                            new
                            {
                                role = "tool",
                                content = "{ \"a\":     1,      \"b\":     [ 1,     2,     3,     4 ],     \"c\":     null }",
                            },
                        ],
                }
            )
        );

    private static byte[] Run(PolicyRunner runner, byte[] body, RequestFormat format, OptimizationPolicy? policy = null)
    {
        using var result = runner.Run(body, format, policy ?? Policy);
        return result.Body.ToArray();
    }

    private static long Tokens(byte[] body, RequestFormat format) => RequestTokenCount.Of(body, format, "gpt-4o").Tokens;
}
