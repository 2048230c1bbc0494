using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using PromptGateway.Prompts.Preview;
using PromptGateway.Tests.Gateway;
using PromptGateway.Tokens;

namespace PromptGateway.Tests.Prompts;

/// <summary>The endpoints that show what a policy makes of a payload and decode it again, in a running gateway.</summary>
public sealed class PreviewTests
{
    private const string Optimize = "/v1/prompts/optimize";
    private const string Restore = "/v1/prompts/restore";

    private static readonly JsonSerializerOptions Pretty = new() { WriteIndented = true };

    private static string Rows { get; } =
        JsonSerializer.Serialize(
            Enumerable
                .Range(1, 40)
                .Select(id => new
                {
                    id,
                    name = "item " + id,
                    state = "active",
                    price = id * 1.25,
                }),
            Pretty
        );

    public static TheoryData<string, string> Payloads =>
        new()
        {
            { "chat", Payload("chat", Rows) },
            { "responses", Payload("responses", Rows) },
            { "messages", Payload("messages", Rows) },
        };

    [Theory]
    [MemberData(nameof(Payloads))]
    public async Task Optimize_OfEachFormat_AnswersThePromisedShapeAndCallsNoUpstream(string format, string payload)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(upstream);

        var response = await PostAsync(gateway, Optimize, payload, "lossless");
        var answer = await ReadAsync(response);

        answer.Select(member => member.Key).ShouldBe(["policy", "format", "tokens", "token_count", "transforms", "request"]);
        answer["policy"]!.GetValue<string>().ShouldBe("lossless");
        answer["format"]!.GetValue<string>().ShouldBe(format);
        var tokens = answer["tokens"]!.AsObject();
        tokens.Select(member => member.Key).ShouldBe(["before", "after", "saved"]);
        var saved = tokens["saved"]!.GetValue<int>();
        saved.ShouldBeGreaterThan(100);
        saved.ShouldBe(tokens["before"]!.GetValue<int>() - tokens["after"]!.GetValue<int>());
        var transforms = answer["transforms"]!.AsArray().Select(t => t!.AsObject()).ToList();
        foreach (var transform in transforms)
            transform
                .Select(member => member.Key)
                .ShouldBe(["name", "class", "applied", "tokens_saved", "microseconds", "skipped_because", "diff"]);
        transforms.Sum(t => t["tokens_saved"]!.GetValue<int>()).ShouldBe(saved);
        var table = transforms.Single(t => t["name"]!.GetValue<string>() == "json-table");
        table["class"]!.GetValue<string>().ShouldBe("lossless");
        table["applied"]!.GetValue<bool>().ShouldBeTrue();
        table["skipped_because"].ShouldBeNull();
        table["diff"]![0]!["kind"]!.GetValue<string>().ShouldBe("tool_result");
        transforms.Single(t => t["name"]!.GetValue<string>() == "log-fold")["skipped_because"].ShouldNotBeNull();
        upstream.Received.ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Payloads))]
    public async Task Tokens_OfTheAnswer_AreWhatTheTokenizerCounts(string format, string payload)
    {
        await using var gateway = await TestGateway.StartAsync();
        PromptFormats.TryParse(format, out var shape).ShouldBeTrue();

        var answer = await ReadAsync(await PostAsync(gateway, Optimize, payload, "safe"));

        answer["tokens"]!["before"]!.GetValue<int>().ShouldBe(Count(payload, shape));
        var request = JsonDocument.Parse(answer.ToJsonString()).RootElement.GetProperty("request").GetRawText();
        answer["tokens"]!["after"]!.GetValue<int>().ShouldBe(Count(request, shape));
    }

    [Theory]
    [MemberData(nameof(Payloads))]
    public async Task Restore_OfAnOptimizedPayload_GivesTheTextsBack(string format, string payload)
    {
        await using var gateway = await TestGateway.StartAsync();
        var optimized = (await ReadAsync(await PostAsync(gateway, Optimize, payload, "lossless")))["request"]!.ToJsonString();

        var restored = await (await PostAsync(gateway, Restore + "?format=" + format, optimized)).Content.ReadAsStringAsync();

        optimized.Length.ShouldBeLessThan(payload.Length);
        JsonNode.DeepEquals(JsonNode.Parse(ToolText(restored, format)), JsonNode.Parse(Rows)).ShouldBeTrue();
        // All but the tool's text is what it was.
        JsonNode.DeepEquals(JsonNode.Parse(Without(restored, format)), JsonNode.Parse(Without(payload, format))).ShouldBeTrue();
    }

    [Fact]
    public async Task Request_OfTheAnswer_KeepsBytesThatNoTransformTouched()
    {
        await using var gateway = await TestGateway.StartAsync();
        var payload = """{"model" : "gpt-4o", "x":1e400,  "messages":[{"role":"user","content":"caf\u00e9 [ 1 ]"}] }""";

        var text = await (await PostAsync(gateway, Optimize, payload)).Content.ReadAsStringAsync();

        text.ShouldEndWith("\"request\":" + payload + "}");
        text.ShouldContain("\"policy\":\"safe\"");
        text.ShouldContain("\"skipped_because\":\"no_tool_results\"");
    }

    [Theory]
    [InlineData("""{"messages":[{"role":"user","content":"x"}]}""", "chat")]
    [InlineData("""{"system":"s","messages":[{"role":"user","content":"x"}]}""", "messages")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":"x"}]}]}""", "messages")]
    [InlineData("""{"messages":[{"role":"user","content":"a \"tool_use_id\" here"}]}""", "chat")]
    [InlineData("""{"max_tokens":5,"stop":"x","messages":[]}""", "chat")]
    [InlineData("""{"input":"x"}""", "responses")]
    [InlineData("""{"input":[{"role":"user","content":"x"}],"instructions":"y"}""", "responses")]
    public async Task Format_WithoutItsName_IsToldByTheFields(string payload, string format)
    {
        await using var gateway = await TestGateway.StartAsync();

        var answer = await ReadAsync(await PostAsync(gateway, Optimize, payload));

        answer["format"]!.GetValue<string>().ShouldBe(format);
    }

    public static TheoryData<string, string, string?, string> BadRequests =>
        new()
        {
            { Optimize, "", null, "invalid_json" },
            { Optimize, "[]", null, "invalid_json" },
            { Optimize, """{"messages":[],"messages":[]}""", null, "invalid_json" },
            { Optimize, """{"prompt":"x"}""", null, "unknown_prompt_format" },
            { Optimize, """{"input":"x","messages":[]}""", null, "unknown_prompt_format" },
            { Optimize + "?format=completion", """{"messages":[]}""", null, "invalid_value" },
            { Optimize + "?format=responses", """{"messages":[]}""", null, "invalid_prompt" },
            { Optimize + "?format=chat", """{"input":"x"}""", null, "invalid_prompt" },
            { Optimize + "?format=chat", """{"messages":"x"}""", null, "invalid_prompt" },
            { Restore + "?format=responses", """{"input":{}}""", null, "invalid_prompt" },
            { Optimize, """{"model":4,"messages":[]}""", null, "invalid_type" },
            { Optimize, """{"model":"","messages":[]}""", null, "invalid_value" },
            { Optimize, """{"messages":[]}""", "no-such-policy", "unknown_optimization_policy" },
            { Restore, "{", null, "invalid_json" },
            { Restore, """{"a":1}""", null, "unknown_prompt_format" },
        };

    [Theory]
    [MemberData(nameof(BadRequests))]
    public async Task BadRequest_IsRefusedInTheDialectOfTheClient(string path, string payload, string? policy, string code)
    {
        await using var gateway = await TestGateway.StartAsync();

        var response = await PostAsync(gateway, path, payload, policy);
        var anthropic = await PostAsync(gateway, path, payload, policy, ("anthropic-version", "2023-06-01"));

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var error = JsonNode.Parse(await response.Content.ReadAsStringAsync())!["error"]!;
        error["code"]!.GetValue<string>().ShouldBe(code);
        anthropic.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var body = JsonNode.Parse(await anthropic.Content.ReadAsStringAsync())!;
        body["type"]!.GetValue<string>().ShouldBe("error");
        body["error"]!["details"]!["code"]!.GetValue<string>().ShouldBe(code);
    }

    [Fact]
    public async Task BadRequest_WithAMessagesPayload_IsRefusedAsAnthropicWould()
    {
        await using var gateway = await TestGateway.StartAsync();

        var response = await PostAsync(gateway, Optimize + "?format=messages", """{"messages":[]}""", "no-such-policy");

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var error = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        error["error"]!["details"]!["code"]!.GetValue<string>().ShouldBe("unknown_optimization_policy");
    }

    [Theory]
    [InlineData(Optimize)]
    [InlineData(Restore)]
    public async Task OtherMethods_AreRefusedAndNotForwarded(string path)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(upstream);

        var get = await gateway.Client.GetAsync(path);
        var delete = await gateway.Client.DeleteAsync(path.ToUpperInvariant().Replace("/V1", "/v1", StringComparison.Ordinal) + "/");

        get.StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
        get.Content.Headers.Allow.ShouldBe(["POST"]);
        delete.StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
        upstream.Received.ShouldBeEmpty();
    }

    [Fact]
    public async Task Optimize_WithoutAKey_IsRefused()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var stranger = gateway.NewClient("not-a-key-that-anybody-has");

        var response = await stranger.PostAsync(Optimize, ChatRequests.Json(ChatRequests.Plain));

        response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Optimize_OfABodyBeyondTheLimit_IsRefused()
    {
        await using var gateway = await TestGateway.StartAsync(
            configuration: new Dictionary<string, string?> { ["Prompts:MaxBodyBytes"] = "2048" }
        );

        var response = await PostAsync(gateway, Optimize, Payload("chat", Rows));

        response.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
    }

    [Fact]
    public void Diff_OfManyLongChanges_IsBoundedAndEndsOnCharacters()
    {
        var before = Many(30, new string('\u20ac', 500));
        var after = Many(30, new string('\u00e9', 400));

        var diff = PromptDiff.Between(before, after, RequestFormat.ChatCompletions);

        diff.Shown.Count.ShouldBe(PromptDiff.MostShown);
        diff.LeftOut.ShouldBe(30 - PromptDiff.MostShown);
        var first = diff.Shown[0];
        (first.At, first.BeforeBytes, first.AfterBytes).ShouldBe((2, 1500, 800));
        first.Before.ShouldBe(new string('\u20ac', 80) + "...");
        first.After.ShouldBe(new string('\u00e9', 120) + "...");
    }

    private static byte[] Many(int messages, string text) =>
        JsonSerializer.SerializeToUtf8Bytes(
            new { messages = Enumerable.Range(0, messages).Select(_ => new { role = "tool", content = "a " + text + " z" }) }
        );

    private static string Payload(string format, string toolText)
    {
        var text = JsonSerializer.Serialize(toolText);
        return format switch
        {
            "responses" => $$$"""
                {"model":"gpt-4o","instructions":"Be brief. {{{AgentPrompts.Manual}}}","input":[{"role":"user","content":"What is there?"},
                 {"type":"function_call","call_id":"c1","name":"list","arguments":"{ }"},
                 {"type":"function_call_output","call_id":"c1","output":{{{text}}}}]}
                """,
            "messages" => $$$"""
                {"model":"claude-sonnet-4","max_tokens":100,"system":"Be brief. {{{AgentPrompts.Manual}}}","messages":[{"role":"user","content":"What is there?"},
                 {"role":"assistant","content":[{"type":"tool_use","id":"c1","name":"list","input":{}}]},
                 {"role":"user","content":[{"type":"tool_result","tool_use_id":"c1","content":{{{text}}}}]}]}
                """,
            _ => $$$"""
                {"model":"gpt-4o","messages":[{"role":"system","content":"Be brief. {{{AgentPrompts.Manual}}}"},{"role":"user","content":"What is there?"},
                 {"role":"assistant","tool_calls":[{"id":"c1","type":"function","function":{"name":"list","arguments":"{ }"}}]},
                 {"role":"tool","tool_call_id":"c1","content":{{{text}}}}]}
                """,
        };
    }

    private static string ToolText(string payload, string format)
    {
        var root = JsonNode.Parse(payload)!;
        var node = format switch
        {
            "responses" => root["input"]![2]!["output"],
            "messages" => root["messages"]![2]!["content"]![0]!["content"],
            _ => root["messages"]![3]!["content"],
        };
        return node!.GetValue<string>();
    }

    private static string Without(string payload, string format)
    {
        var root = JsonNode.Parse(payload)!;
        switch (format)
        {
            case "responses":
                root["input"]![2]!["output"] = 0;
                break;
            case "messages":
                root["messages"]![2]!["content"]![0]!["content"] = 0;
                break;
            default:
                root["messages"]![3]!["content"] = 0;
                break;
        }
        return root.ToJsonString();
    }

    private static int Count(string payload, RequestFormat format) =>
        RequestTokenCount
            .Of(Encoding.UTF8.GetBytes(payload), format, format == RequestFormat.Messages ? "claude-sonnet-4" : "gpt-4o", int.MaxValue)
            .Tokens;

    private static async Task<HttpResponseMessage> PostAsync(
        TestGateway gateway,
        string path,
        string payload,
        string? policy = null,
        params (string Name, string Value)[] headers
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = ChatRequests.Json(payload) };
        if (policy is not null)
            request.Headers.Add("X-PromptGateway-Optimize", policy);
        foreach (var (name, value) in headers)
            request.Headers.Add(name, value);
        return await gateway.Client.SendAsync(request);
    }

    private static async Task<JsonObject> ReadAsync(HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(HttpStatusCode.OK, text);
        return JsonNode.Parse(text)!.AsObject();
    }
}
