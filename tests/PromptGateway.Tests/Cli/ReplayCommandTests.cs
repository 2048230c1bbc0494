using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using PromptGateway.Cli.Replay;
using PromptGateway.Tests.Gateway;
using PromptGateway.Tests.Prompts;
using PromptGateway.Tests.Storage;

namespace PromptGateway.Tests.Cli;

public sealed class ReplayCommandTests : IDisposable
{
    private const string Conversation = """
        {"id":"one","expected":"Paris","messages":[{"role":"user","content":"Which?"},
        {"role":"assistant","tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{}"}}]},
        {"role":"tool","tool_call_id":"c1","content":"[  1,    2,     3,      4  ]                               "}]}
        """;

    private readonly TempDirectory _directory = new();

    [Fact]
    public async Task TwoModels_WithAndWithoutAPolicy_AreComparedInTokensCostLatencyAndQuality()
    {
        // The small model is wrong, and so is the large one when its prompt was optimized.
        await using var upstream = await StartAsync(body =>
            body["model"]!.GetValue<string>() == "gpt-4o" && !IsOptimized(body) ? "Paris" : "Rome"
        );
        var file = Write(Conversation.ReplaceLineEndings("") + "\n" + Conversation.ReplaceLineEndings(""));

        var run = await ReplayAsync(upstream, file, "-m", "gpt-4o", "-m", "gpt-4o-mini", "--grade", "exact", "--json", "--parallel", "4");

        run.ExitCode.ShouldBe(0, run.Error);
        var result = JsonNode.Parse(run.Output)!;
        var figures = result["figures"]!.AsArray().Select(figure => figure!).ToList();
        figures
            .Select(figure =>
                (figure["model"]!.GetValue<string>(), figure["policy"]!.GetValue<string>(), figure["quality"]!.GetValue<double>())
            )
            .ShouldBe([("gpt-4o", "none", 1), ("gpt-4o", "safe", 0), ("gpt-4o-mini", "none", 0), ("gpt-4o-mini", "safe", 0)]);
        figures[1]["input_tokens"]!.GetValue<long>().ShouldBeLessThan(figures[0]["input_tokens"]!.GetValue<long>());
        figures[1]["cost_usd"]!.GetValue<decimal>().ShouldBeLessThan(figures[0]["cost_usd"]!.GetValue<decimal>());
        figures[0]["latency_p50_ms"]!.GetValue<double>().ShouldBeGreaterThan(0);
        var first = result["conversations"]![0]!;
        (first["without"]!["text"]!.GetValue<string>(), first["with"]!["text"]!.GetValue<string>()).ShouldBe(("Paris", "Rome"));
        upstream.Received.Count.ShouldBe(8);
        upstream.Received.ShouldAllBe(request =>
            request.Headers["X-PromptGateway-Optimize"] == "off" && request.Headers["Authorization"] == "Bearer k"
        );
    }

    private const string Responses = """
        {"id":"two","input":[{"role":"user","content":"Which?"},{"type":"function_call","call_id":"c1","name":"f","arguments":"{}"},
        {"type":"function_call_output","call_id":"c1","output":"[  1,    2,     3,      4  ]                               "},
        {"type":"message","role":"assistant","content":[{"type":"output_text","text":"Par"},{"type":"output_text","text":"is"}]}]}
        """;

    private const string Messages = """
        {"id":"three","max_tokens":50,"system":"Be brief.","expected":"Paris","messages":[{"role":"user","content":"Which?"},
        {"role":"assistant","content":[{"type":"tool_use","id":"c1","name":"f","input":{}}]},
        {"role":"user","content":[{"type":"tool_result","tool_use_id":"c1","content":"[  1,    2,     3,      4  ]                            "}]}]}
        """;

    private const string ResponsesAnswer = """
        {"id":"r","status":"completed","output":[{"type":"reasoning","summary":[]},
        {"type":"message","role":"assistant","content":[{"type":"output_text","text":"Par"},{"type":"output_text","text":"is"}]}],
        "usage":{"input_tokens":90,"input_tokens_details":{"cached_tokens":40},"output_tokens":1}}
        """;

    private const string MessagesAnswer = """
        {"id":"m","type":"message","content":[{"type":"text","text":"Par"},{"type":"text","text":"is"}],
        "usage":{"input_tokens":50,"cache_read_input_tokens":40,"cache_creation_input_tokens":0,"output_tokens":1}}
        """;

    [Theory]
    [InlineData(Responses, "/v1/responses", "gpt-4o", ResponsesAnswer)]
    [InlineData(Messages, "/v1/messages", "claude-sonnet-4-5", MessagesAnswer)]
    public async Task OtherFormats_GoToTheirEndpointsAndAreReadAsTheirAnswers(string content, string path, string model, string answer)
    {
        await using var upstream = await FakeUpstream.StartAsync((context, _) => FakeUpstream.JsonAsync(context, answer));

        var run = await ReplayAsync(upstream, Write(content.ReplaceLineEndings("")), "-m", model, "--grade", "exact", "--json");

        run.ExitCode.ShouldBe(0, run.Error + run.Output);
        var figures = JsonNode.Parse(run.Output)!["figures"]![1]!;
        figures["quality"]!.GetValue<double>().ShouldBe(1);
        figures["input_tokens"]!.GetValue<long>().ShouldBe(90);
        figures["cached_input_tokens"]!.GetValue<long>().ShouldBe(40);
        figures["cost_usd"]!.GetValue<decimal>().ShouldBeGreaterThan(0);
        upstream.Received.Count.ShouldBe(2);
        upstream.Received.ShouldAllBe(request => request.Target == path);
        upstream.Received.Count(request => request.Text.Contains("\"[1,2,3,4]\"", StringComparison.Ordinal)).ShouldBe(1);
        upstream.Received.ShouldAllBe(request => !request.Text.Contains("Par", StringComparison.Ordinal));
        var key = path == "/v1/messages" ? upstream.Last.Headers["x-api-key"] : upstream.Last.Headers["Authorization"];
        key.ShouldBe(path == "/v1/messages" ? "k" : "Bearer k");
    }

    [Fact]
    public async Task AllFormats_InOneFileAgainstAGateway_AreAnswered()
    {
        await using var gateway = await TestGateway.StartAsync();
        var file = Write(string.Join('\n', ((string[])[Conversation, Responses, Messages]).Select(line => line.ReplaceLineEndings(""))));

        var run = await CommandRun.OfAsync([
            "replay",
            file,
            "--target",
            gateway.Address + "v1",
            "--key",
            TestGateway.ApiKey,
            "-m",
            "gpt-4o",
            "--policy",
            "lossless",
            "--json",
        ]);

        run.ExitCode.ShouldBe(0, run.Error + run.Output);
        JsonNode.Parse(run.Output)!["figures"]![0]!["requests"]!.GetValue<int>().ShouldBe(3);
    }

    [Fact]
    public async Task Table_ShowsFiguresAndAnswersThatDifferSideBySide()
    {
        await using var upstream = await StartAsync(body => IsOptimized(body) ? "Rome\u001b[31m" : "Paris");

        var run = await ReplayAsync(upstream, Write(Conversation), "-m", "some-model", "--grade", "exact");

        run.ExitCode.ShouldBe(0, run.Error);
        run.Output.ShouldContain("some-model  none ");
        run.Output.ShouldContain("unknown");
        run.Output.ShouldContain("one, some-model");
        run.Output.ShouldContain("none:     [1] Paris");
        run.Output.ShouldContain("safe:     [0] Rome [31m");
        run.Output.ShouldNotContain("\u001b");
    }

    [Fact]
    public async Task Judge_GradesWithoutKnowingWhoseAnswerItIs()
    {
        await using var upstream = await StartAsync(body => body["model"]!.GetValue<string>() == "judge" ? """{"score":7}""" : "an answer");

        var run = await ReplayAsync(upstream, Write(Conversation), "-m", "gpt-4o", "--grade", "judge", "--judge-model", "judge", "--json");

        run.ExitCode.ShouldBe(0, run.Error);
        JsonNode.Parse(run.Output)!["figures"]![1]!["quality"]!.GetValue<double>().ShouldBe(0.7);
        var asked = upstream
            .Received.Select(request => Encoding.UTF8.GetString(request.Body))
            .Where(body => body.Contains("\"judge\"", StringComparison.Ordinal))
            .ToList();
        asked.Count.ShouldBe(2);
        asked.ShouldAllBe(body => body.Contains("Paris", StringComparison.Ordinal) && !body.Contains("gpt-4o", StringComparison.Ordinal));
    }

    [Fact]
    public async Task TargetThatFails_IsCountedAndSaidByTheExitCode()
    {
        await using var upstream = await FakeUpstream.StartAsync(
            (context, _) => FakeUpstream.JsonAsync(context, """{"error":{"message":"too busy"}}""", 503)
        );

        var run = await ReplayAsync(upstream, Write(Conversation), "-m", "gpt-4o");

        run.ExitCode.ShouldBe(2);
        run.Output.ShouldContain("failed: 503: {\"error\":{\"message\":\"too busy\"}}");
    }

    [Theory]
    [InlineData("exact", """{"a":1,"a":1}""", 0.0)]
    [InlineData("exact", """{"a":"\ud800"}""", 0.0)]
    [InlineData("schema", """{"a":"\ud800"}""", 0.0)]
    [InlineData("judge", """{"score":7,"score":7}""", null)]
    public async Task AnswerThatIsNoProperJson_IsGradedAsSuchAndTheReplayGoesOn(string grade, string answer, double? quality)
    {
        await using var upstream = await StartAsync(_ => answer);
        var file = Write(
            """{"messages":[{"role":"user","content":"x"}],"expected":{"a":1},"schema":{"properties":{"a":{"type":"string","minLength":1}}}}"""
        );

        var run = await ReplayAsync(upstream, file, "-m", "gpt-4o", "--grade", grade, "--judge-model", "judge", "--json");

        run.ExitCode.ShouldBe(0, run.Error);
        (JsonNode.Parse(run.Output)!["figures"]![0]!["quality"]?.GetValue<double>()).ShouldBe(quality);
        JsonNode.Parse(run.Output)!["figures"]![0]!["graded"]!.GetValue<int>().ShouldBe(quality is null ? 0 : 1);
    }

    [Theory]
    [InlineData("", "There is no conversation")]
    [InlineData("{", "line 1: is no valid JSON")]
    [InlineData("[]", "line 1: is no JSON object")]
    [InlineData("""{"prompt":"x"}""", "line 1: has neither 'messages' nor 'input'")]
    [InlineData("""{"messages":[{"role":"user","content":"\ud800"}]}""", "line 1: is no valid JSON", "--format", "chat")]
    [InlineData("""{"input":"x"}""", "line 1: has no 'messages' that a messages payload has", "--format", "messages")]
    [InlineData("""{"input":[{"role":"assistant","content":"x"}]}""", "line 1: has nothing to answer")]
    [InlineData("""{"messages":[{"role":"assistant","content":"x"}]}""", "line 1: has nothing to answer")]
    [InlineData("""{"messages":[{"role":"user","content":"x"}]}""", "needs conversations with 'expected'", "--grade", "exact")]
    [InlineData("""{"messages":[{"role":"user","content":"x"}]}""", "needs conversations with 'schema'", "--grade", "schema")]
    [InlineData("""{"schema":{"if":{}},"messages":[{"role":"user","content":"x"}]}""", "'if' is not supported", "--grade", "schema")]
    [InlineData(
        """{"schema":{"type":"float"},"messages":[{"role":"user","content":"x"}]}""",
        "'type' is \"float\", expected one of array,",
        "--grade",
        "schema"
    )]
    [InlineData("""{"schema":{"type":5},"messages":[{"role":"user","content":"x"}]}""", "'type' is 5", "--grade", "schema")]
    [InlineData(
        """{"schema":{"properties":[]},"messages":[{"role":"user","content":"x"}]}""",
        "'properties' is [], expected an object",
        "--grade",
        "schema"
    )]
    [InlineData(
        """{"schema":{"items":{"minItems":-1}},"messages":[{"role":"user","content":"x"}]}""",
        "'minItems' is -1, expected a whole number",
        "--grade",
        "schema"
    )]
    [InlineData("""{"schema":{"pattern":"("},"messages":[{"role":"user","content":"x"}]}""", "'pattern' is", "--grade", "schema")]
    [InlineData(
        """{"schema":{"required":[1]},"messages":[{"role":"user","content":"x"}]}""",
        "expected a list of names",
        "--grade",
        "schema"
    )]
    [InlineData("""{"messages":[{"role":"user","content":"x"}]}""", "needs --judge-model", "--grade", "judge")]
    [InlineData("""{"messages":[{"role":"user","content":"x"}]}""", "no optimization policy 'none'", "--policy", "none")]
    [InlineData("""{"messages":[{"role":"user","content":"x"}]}""", "--parallel is 0", "--parallel", "0")]
    [InlineData("""{"messages":[{"role":"user","content":"x"}]}""", "is no http or https address", "--target", "ftp://x")]
    public async Task BadInput_SaysWhatIsWrongAndAsksNobody(string content, string message, params string[] more)
    {
        await using var upstream = await StartAsync(_ => "x");
        string[] target = more.Contains("--target") ? [] : ["--target", upstream.Address + "v1"];

        var run = await CommandRun.OfAsync(["replay", Write(content), "-m", "gpt-4o", .. target, .. more]);

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain(message);
        upstream.Received.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(
        """{"type":"object","properties":{"a":{"type":"integer","minimum":1}},"required":["a"],"additionalProperties":false}""",
        """{"a":1}""",
        true
    )]
    [InlineData(
        """{"type":"object","properties":{"a":{"type":"integer","minimum":1}},"required":["a"],"additionalProperties":false}""",
        """{"a":0}""",
        false
    )]
    [InlineData(
        """{"type":"object","properties":{"a":{"type":"integer","minimum":1}},"required":["a"],"additionalProperties":false}""",
        """{"a":1,"b":2}""",
        false
    )]
    [InlineData("""{"type":"object","properties":{"a":{"type":"integer"}},"required":["a"]}""", """{"a":1.5}""", false)]
    [InlineData("""{"type":["string","null"],"maxLength":2}""", "null", true)]
    [InlineData("""{"type":["string","null"],"maxLength":2}""", "\"abc\"", false)]
    [InlineData("""{"type":"array","items":{"enum":["x","y"]},"minItems":1}""", """["x","y"]""", true)]
    [InlineData("""{"type":"array","items":{"enum":["x","y"]},"minItems":1}""", """["z"]""", false)]
    [InlineData("""{"type":"array","items":{"enum":["x","y"]},"minItems":1}""", "[]", false)]
    [InlineData("""{"anyOf":[{"const":1},{"type":"string","pattern":"^a+$"}]}""", "\"aa\"", true)]
    [InlineData("""{"oneOf":[{"type":"number"},{"type":"integer"}]}""", "1", false)]
    [InlineData("""{"allOf":[{"minimum":1},{"maximum":2}]}""", "3", false)]
    [InlineData("false", "1", false)]
    // Lengths are code points: neither UTF-16 units nor what a reader takes for one character.
    [InlineData("""{"minLength":3}""", "\"e\\u0301x\"", true)]
    [InlineData("""{"maxLength":1}""", "\"\\ud83d\\ude00\"", true)]
    public void Schema_OfTheSupportedPart_IsCheckedAsTheStandardSays(string schema, string value, bool fits)
    {
        using var rules = JsonDocument.Parse(schema);
        using var json = JsonDocument.Parse(value);

        JsonSchemaCheck.Check(rules.RootElement);
        JsonSchemaCheck.Fits(rules.RootElement, json.RootElement).ShouldBe(fits);
    }

    public void Dispose() => _directory.Dispose();

    private static Task<CommandRun> ReplayAsync(FakeUpstream upstream, string file, params string[] more) =>
        CommandRun.OfAsync(["replay", file, "--target", upstream.Address + "v1", "--key", "k", .. more]);

    /// <summary>Counts one prompt token a byte, so that a smaller prompt is a cheaper one.</summary>
    private static Task<FakeUpstream> StartAsync(Func<JsonNode, string> answer) =>
        FakeUpstream.StartAsync(
            (context, received) =>
            {
                var text = JsonSerializer.Serialize(answer(JsonNode.Parse(received.Body)!));
                return FakeUpstream.JsonAsync(
                    context,
                    $$$"""
                    {"id":"c","choices":[{"index":0,"message":{"role":"assistant","content":{{{text}}}}}],
                    "usage":{"prompt_tokens":{{{received.Body.Length}}},"completion_tokens":1}}
                    """
                );
            }
        );

    private static bool IsOptimized(JsonNode body) => body["messages"]![2]!["content"]!.GetValue<string>() == "[1,2,3,4]";

    private string Write(string content)
    {
        Directory.CreateDirectory(_directory.Path);
        var path = Path.Combine(_directory.Path, "conversations.jsonl");
        File.WriteAllText(path, content.Replace("Which?", $"Which? {AgentPrompts.Manual}", StringComparison.Ordinal));
        return path;
    }
}
