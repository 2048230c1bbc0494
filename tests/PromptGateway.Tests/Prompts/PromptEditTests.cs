using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using PromptGateway.Prompts.Policies;
using PromptGateway.Prompts.Transforms;
using PromptGateway.Tokens;
using JsonNode = System.Text.Json.Nodes.JsonNode;

namespace PromptGateway.Tests.Prompts;

public sealed class PromptEditTests
{
    private static readonly PolicyRunner Runner = new(TimeProvider.System);

    [Fact]
    public void TrimHistory_LongChat_KeepsInstructionsAndTheLastTurns()
    {
        var after = Chat(Run(ChatBody(20), new TrimHistoryTransform(400), RequestFormat.ChatCompletions));
        after[0].ShouldStartWith("Be kind.");
        after[1].ShouldStartWith("question ");
        after[^1].ShouldStartWith("question 20");
        after.Count.ShouldBeLessThan(20);
    }

    [Fact]
    public void TrimHistory_TurnByTurn_MovesTheCutSeldomAndIdempotently()
    {
        string? first = null;
        var moves = 0;
        for (var turn = 2; turn <= 60; turn++)
        {
            var body = Run(ChatBody(turn), new TrimHistoryTransform(1000), RequestFormat.ChatCompletions);
            Encoding
                .UTF8.GetString(Run(body, new TrimHistoryTransform(1000), RequestFormat.ChatCompletions))
                .ShouldBe(Encoding.UTF8.GetString(body));
            var question = Chat(body)[1];
            moves += first is not null && first != question ? 1 : 0;
            first = question;
        }
        moves.ShouldBeInRange(4, 10);
    }

    [Theory]
    [InlineData("chat")]
    [InlineData("responses")]
    [InlineData("messages")]
    public void TrimHistory_AgentAtWork_KeepsTheTaskAndNoResultWithoutItsCall(string name) =>
        FsCheckRuns.Usual(seed =>
        {
            var format = FormatOf(name);
            var body = RandomPrompts.Conversation(seed, format, 12)[^1];
            var after = Run(body, new TrimHistoryTransform(600), format);
            var text = Encoding.UTF8.GetString(after);
            text.ShouldContain("What is wrong?");
            JsonNode.Parse(after).ShouldNotBeNull();
            foreach (var id in (string[])["\"tool_call_id\":\"", "\"tool_use_id\":\""])
            foreach (var part in text.Split(id)[1..])
                text.ShouldContain($"\"id\":\"{part[..part.IndexOf('"', StringComparison.Ordinal)]}\"");
        });

    [Fact]
    public void TrimHistory_WindowNotKnown_SaysSo()
    {
        using var result = Runner.Run(ChatBody(20), RequestFormat.ChatCompletions, Policy(new TrimHistoryTransform()));
        result.Transforms[0].SkippedBecause.ShouldBe(SkipReason.NoWindow);
    }

    [Theory]
    [InlineData("{\"messages\":[{\"role\":\"user\",\"content\":\"u\"}]}", "[\"A \\\"b\\\"\",\"u\"]")]
    [InlineData(
        "{\"messages\":[{\"role\":\"system\",\"content\":\"s\"},{\"role\":\"user\",\"content\":\"u\"}]}",
        "[\"A \\\"b\\\"\\n\\ns\",\"u\"]"
    )]
    public void SystemPrompt_Chat_StandsBeforeTheClients(string body, string expected)
    {
        var transform = new SystemPromptTransform("A \"b\"", version: "3");
        var after = Run(Encoding.UTF8.GetBytes(body), transform, RequestFormat.ChatCompletions);
        new JsonArray([.. Chat(after).Select(text => JsonValue.Create(text))]).ToJsonString(Relaxed).ShouldBe(expected);
        Run(after, transform, RequestFormat.ChatCompletions).ShouldBe(after);
        transform.Name.ShouldBe("system-prompt@3");
    }

    [Theory]
    [InlineData("{\"input\":\"u\"}", "responses", "instructions", "more")]
    [InlineData("{\"instructions\":\"s\",\"input\":\"u\"}", "responses", "instructions", "s\n\nmore")]
    [InlineData("{\"system\":\"s\",\"messages\":[]}", "messages", "system", "s\n\nmore")]
    [InlineData("{\"messages\":[]}", "messages", "system", "more")]
    public void SystemPrompt_Member_IsAddedOrExtended(string body, string name, string member, string expected)
    {
        var format = FormatOf(name);
        var after = Run(Encoding.UTF8.GetBytes(body), new SystemPromptTransform("more", append: true), format);
        ((string?)JsonNode.Parse(after)![member]).ShouldBe(expected);
        Run(after, new SystemPromptTransform("more", append: true), format).ShouldBe(after);
    }

    [Fact]
    public void CacheHints_AnthropicAgent_MarksSystemAndTheEndOfTheHistory()
    {
        var after = Run(MessagesBody(3, "claude-sonnet-4-5"), new CacheHintsTransform(), RequestFormat.Messages);
        var json = JsonNode.Parse(after)!;
        json["system"]![0]!["cache_control"]!["type"]!.GetValue<string>().ShouldBe("ephemeral");
        json["messages"]!.AsArray()[^1]!["content"]![0]!["cache_control"].ShouldNotBeNull();
        Encoding.UTF8.GetString(after).Split("cache_control").Length.ShouldBe(3);
        Run(after, new CacheHintsTransform(), RequestFormat.Messages).ShouldBe(after);
    }

    [Theory]
    [InlineData(0, "claude-sonnet-4-5", SkipReason.NoReuse)]
    [InlineData(3, "claude-opus-4-6", SkipReason.TooShort)]
    public void CacheHints_NotWorthIt_SaysWhy(int steps, string model, string reason)
    {
        using var result = Runner.Run(MessagesBody(steps, model), RequestFormat.Messages, Policy(new CacheHintsTransform()));
        result.Transforms[0].SkippedBecause.ShouldBe(reason);
        result.Body.IsUnchanged.ShouldBeTrue();
    }

    [Fact]
    public void CacheHints_ClientHasItsOwn_AreLeftAlone()
    {
        var body = MessagesBody(3, "claude-sonnet-4-5");
        var marked = Encoding
            .UTF8.GetString(body)
            .Replace(
                "{\"type\":\"tool_result\"",
                "{\"cache_control\":{\"type\":\"ephemeral\"},\"type\":\"tool_result\"",
                StringComparison.Ordinal
            );
        using var result = Runner.Run(Encoding.UTF8.GetBytes(marked), RequestFormat.Messages, Policy(new CacheHintsTransform()));
        result.Transforms[0].SkippedBecause.ShouldBe(SkipReason.HasHints);
    }

    [Fact]
    public void CacheHints_OpenAI_KeyStaysTheSameOverAConversation()
    {
        var target = new PromptTarget { Provider = "openai" };
        var keys = Enumerable
            .Range(10, 5)
            .Select(turns =>
            {
                var after = Run(ChatBody(turns * 2), new CacheHintsTransform(), RequestFormat.ChatCompletions, target);
                return (string?)JsonNode.Parse(after)!["prompt_cache_key"];
            })
            .Distinct()
            .ToList();
        keys.ShouldHaveSingleItem().ShouldNotBeNull().ShouldStartWith("pg-");
    }

    [Fact]
    public void ExtractRelevant_LongReport_KeepsEdgesErrorsAndWhatWasAskedFor()
    {
        var lines = Enumerable
            .Range(1, 900)
            .Select(line => $"line {line} tells about {(line == 500 ? "zebras in winter" : "weather today")}")
            .ToArray();
        lines[700] = "ERROR: out of ink";
        var report = string.Join('\n', lines);
        var body = Encoding.UTF8.GetBytes(
            new JsonObject
            {
                ["messages"] = new JsonArray(
                    new JsonObject { ["role"] = "user", ["content"] = "What does it say of zebras?" },
                    new JsonObject { ["role"] = "tool", ["content"] = report },
                    new JsonObject { ["role"] = "user", ["content"] = "And of weather?" }
                ),
            }.ToJsonString()
        );
        var after = Run(body, new ExtractRelevantTransform(2000), RequestFormat.ChatCompletions);
        var text = Chat(after)[1];
        text.ShouldStartWith("[excerpt: ");
        foreach (var kept in (string[])["line 1 ", "line 900 ", "zebras in winter", "ERROR: out of ink", " lines left out]"])
            text.ShouldContain(kept);
        text.Length.ShouldBeLessThan(3000);
        Run(after, new ExtractRelevantTransform(2000), RequestFormat.ChatCompletions).ShouldBe(after);
    }

    [Fact]
    public void CacheHints_ToolsInAnyOrder_GoInTheOrderOfTheirNames()
    {
        var body = "{\"tools\":[{\"name\":\"b\"},{\"type\":\"function\",\"function\":{\"name\":\"a\"}}],\"messages\":[]}"u8.ToArray();
        Encoding
            .UTF8.GetString(Run(body, new CacheHintsTransform(), RequestFormat.ChatCompletions))
            .ShouldBe("{\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"a\"}},{\"name\":\"b\"}],\"messages\":[]}");
    }

    private static readonly JsonSerializerOptions Relaxed = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static RequestFormat FormatOf(string name) =>
        name switch
        {
            "chat" => RequestFormat.ChatCompletions,
            "responses" => RequestFormat.Responses,
            _ => RequestFormat.Messages,
        };

    private static OptimizationPolicy Policy(ITransform transform) => new("test", [transform]) { TimeBudget = TimeSpan.FromMinutes(1) };

    private static byte[] Run(byte[] body, ITransform transform, RequestFormat format, PromptTarget? target = null)
    {
        using var result = Runner.Run(body, format, Policy(transform), target);
        return result.Body.ToArray();
    }

    private static List<string> Chat(byte[] body) =>
        [.. JsonNode.Parse(body)!["messages"]!.AsArray().Select(message => (string)message!["content"]!)];

    private static byte[] ChatBody(int turns)
    {
        var messages = new JsonArray(new JsonObject { ["role"] = "system", ["content"] = "Be kind. " + Filler(30) });
        for (var turn = 1; turn <= turns; turn++)
        {
            if (turn > 1)
                messages.Add(new JsonObject { ["role"] = "assistant", ["content"] = $"answer {turn - 1} {Filler(40)}" });
            messages.Add(new JsonObject { ["role"] = "user", ["content"] = $"question {turn} {Filler(30)}" });
        }
        return Encoding.UTF8.GetBytes(new JsonObject { ["model"] = "gpt-4o", ["messages"] = messages }.ToJsonString());
    }

    private static byte[] MessagesBody(int steps, string model)
    {
        var messages = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = "Do it." });
        for (var step = 1; step <= steps; step++)
        {
            var use = new JsonObject
            {
                ["type"] = "tool_use",
                ["id"] = $"t{step}",
                ["name"] = "get",
                ["input"] = new JsonObject(),
            };
            messages.Add(new JsonObject { ["role"] = "assistant", ["content"] = new JsonArray(use) });
            var result = new JsonObject
            {
                ["type"] = "tool_result",
                ["tool_use_id"] = $"t{step}",
                ["content"] = Filler(40),
            };
            messages.Add(new JsonObject { ["role"] = "user", ["content"] = new JsonArray(result) });
        }
        var system = new JsonArray(new JsonObject { ["type"] = "text", ["text"] = Filler(900) });
        return Encoding.UTF8.GetBytes(
            new JsonObject
            {
                ["model"] = model,
                ["system"] = system,
                ["messages"] = messages,
            }.ToJsonString()
        );
    }

    private static string Filler(int words) => string.Join(' ', Enumerable.Range(0, words).Select(at => at % 2 == 0 ? "apple" : "pear"));
}
