using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using PromptGateway.Keys;

namespace PromptGateway.Tests.Gateway;

public sealed class ModelRoutingTests
{
    private const string OpenKey = "open-key-0123456789abcdef";
    private const string NarrowKey = "narrow-key-0123456789abcdef";

    private static Dictionary<string, string?> Keys =>
        new()
        {
            ["Keys:0:Id"] = "key_open",
            ["Keys:0:Name"] = "open",
            ["Keys:0:Hash"] = Convert.ToHexStringLower(KeyHash.Of(OpenKey).ToArray()),
            ["Keys:1:Id"] = "key_narrow",
            ["Keys:1:Name"] = "narrow",
            ["Keys:1:Hash"] = Convert.ToHexStringLower(KeyHash.Of(NarrowKey).ToArray()),
            ["Keys:1:Models:0"] = "gpt-4o*",
            ["Keys:1:Models:1"] = "local-a",
        };

    private static StringContent Ask(string model) => new($$"""{"model":"{{model}}","messages":[]}""", Encoding.UTF8, "application/json");

    private static async Task<(int Status, string Code, string Message)> RefusalAsync(HttpClient client, string model)
    {
        var answer = await client.PostAsync("/v1/chat/completions", Ask(model));
        var error = (await answer.Content.ReadFromJsonAsync<JsonObject>())!["error"]!;
        return ((int)answer.StatusCode, (string)error["code"]!, (string)error["message"]!);
    }

    private static async Task<string[]> ModelsAsync(HttpClient client) =>
        [.. (await client.GetFromJsonAsync<JsonObject>("/v1/models"))!["data"]!.AsArray().Select(m => (string)m!["id"]!)];

    [Fact]
    public async Task Models_WithACatchAllUpstream_ListsWhatItHasAndWhatTheKeyMayUse()
    {
        await using var upstream = await FakeUpstream.StartAsync(
            (context, received) =>
                received.Target == "/v1/models"
                    ? FakeUpstream.JsonAsync(context, """{"object":"list","data":[{"id":"local-a"},{"id":"local-b"}]}""")
                    : FakeUpstream.JsonAsync(context, ChatAnswers.Plain)
        );
        await using var gateway = await TestGateway.StartAsync(upstream.Environment, configuration: Keys);
        using var open = gateway.NewClient(OpenKey);
        using var narrow = gateway.NewClient(NarrowKey);

        var all = await ModelsAsync(open);
        var some = await ModelsAsync(narrow);

        all.ShouldContain("local-a");
        all.ShouldContain("local-b");
        all.ShouldContain("gpt-5-mini");
        all.ShouldContain("claude-sonnet-4-5");
        some.ShouldContain("local-a");
        some.ShouldContain("gpt-4o-mini");
        some.ShouldAllBe(name => name == "local-a" || name.StartsWith("gpt-4o"));
        upstream.Received.Count(r => r.Target == "/v1/models").ShouldBe(1, "the list is kept for a minute");
        upstream.Received.First().Headers["Authorization"].ShouldBe("Bearer " + FakeUpstream.Secret);
    }

    [Fact]
    public async Task Model_WithASlashInItsName_IsFoundByIt()
    {
        await using var upstream = await FakeUpstream.StartAsync(
            (context, _) => FakeUpstream.JsonAsync(context, """{"object":"list","data":[{"id":null},{"id":"meta-llama/Llama-3"}]}""")
        );
        await using var gateway = await TestGateway.StartAsync(upstream);

        foreach (var name in new[] { "meta-llama%2FLlama-3", "meta-llama/Llama-3" })
            (await gateway.Client.GetFromJsonAsync<JsonObject>("/v1/models/" + name))!["id"]!
                .GetValue<string>()
                .ShouldBe("meta-llama/Llama-3");
    }

    [Fact]
    public async Task Model_ThatIsNotThere_NamesNoneThatTheKeyMayNotUse()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(
            yarpJson: YarpFile.One(upstream.Address, ("CatchAll", "false"), ("Models", "secret-model-1,open-model-1"))
        );
        using var narrow = await gateway.NewRestrictedClientAsync("open-model-1");

        var answer = await narrow.GetAsync("/v1/models/secret-model-2");

        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await answer.Content.ReadAsStringAsync()).ShouldNotContain("secret-model-1");
        (await (await gateway.Client.GetAsync("/v1/models/secret-model-2")).Content.ReadAsStringAsync()).ShouldContain("secret-model-1");
    }

    /// <summary>A fine-tuned model is the account's.</summary>
    [Fact]
    public async Task Model_DeletedWithAKeyForSomeModels_IsRefused()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(upstream);
        using var narrow = await gateway.NewRestrictedClientAsync("gpt-4o-mini");

        foreach (var path in new[] { "/v1/models/ft:gpt-4o:org::1", "/v1//Models/ft:gpt-4o:org::1" })
            (await narrow.DeleteAsync(path)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        upstream.Received.ShouldBeEmpty();
        (await gateway.Client.DeleteAsync("/v1/models/ft:gpt-4o:org::1")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Models_WhenTheCatchAllUpstreamIsDown_StillListsTheRest()
    {
        await using var upstream = await FakeUpstream.StartAsync((context, _) => FakeUpstream.JsonAsync(context, "<html>", 500));
        await using var gateway = await TestGateway.StartAsync(upstream);

        (await ModelsAsync(gateway.Client)).ShouldContain("gpt-4o");
    }

    [Fact]
    public async Task Model_OutsideTheKeysList_IsRefusedAndNothingIsSent()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(upstream.Environment, configuration: Keys);
        using var narrow = gateway.NewClient(NarrowKey);

        var (status, code, message) = await RefusalAsync(narrow, "gpt-5-mini");

        (status, code).ShouldBe((403, "model_not_allowed"));
        message.ShouldContain("'narrow'");
        (await RefusalAsync(narrow, "GPT-5-MINI")).Status.ShouldBe(403);
        (await RefusalAsync(narrow, "openai/gpt-5-mini")).Status.ShouldBe(403);
        upstream.Received.ShouldBeEmpty();
        (await narrow.PostAsync("/v1/chat/completions", Ask("gpt-4o-mini"))).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Model_Misspelt_IsNotFoundAndTheRightOneNamed()
    {
        await using var gateway = await TestGateway.StartAsync(environment: new() { ["OPENAI_API_KEY"] = "sk-x" });

        var (status, code, message) = await RefusalAsync(gateway.Client, "gtp-4o");

        (status, code).ShouldBe((404, "model_not_found"));
        message.ShouldContain("gpt-4o");
    }

    [Theory]
    [InlineData("simulator/gpt-4o")]
    [InlineData("sim-anything")]
    public async Task Simulator_WithRealUpstreams_CannotBeReached(string model)
    {
        await using var gateway = await TestGateway.StartAsync(environment: new() { ["OPENAI_API_KEY"] = "sk-x" });

        (await RefusalAsync(gateway.Client, model)).Code.ShouldBe("model_not_found");
    }

    [Fact]
    public async Task Simulator_NamedInTheFile_AnswersBesideRealUpstreams()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(
            upstream.Environment,
            """{"ReverseProxy":{"Clusters":{"sim":{"Metadata":{"Provider":"simulator","Models":"sim-*"}}}}}"""
        );

        var simulated = await gateway.Client.PostAsync(
            "/v1/chat/completions",
            new StringContent("""{"model":"sim-1","messages":[{"role":"user","content":"Hi"}]}""", Encoding.UTF8, "application/json")
        );

        (await simulated.Content.ReadAsStringAsync()).ShouldContain("PromptGateway simulator");
        upstream.Received.ShouldBeEmpty();
    }

    [Fact]
    public async Task UnknownPrice_IsNullInTheLedgerAndCounted()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(upstream);

        var answer = await gateway.Client.PostAsync("/v1/chat/completions", Ask("house-blend-7b"));

        var row = await gateway.LedgerRowAsync(answer);
        row.CostNanoUsd.ShouldBeNull();
        row.Usage.OutputTokens.ShouldBe(5);
        (await gateway.Management.GetStringAsync("/metrics")).ShouldContain("promptgateway_price_unknown");
    }
}
