using System.Text.Json.Nodes;
using PromptGateway.Tests.Forwarding;
using PromptGateway.Tests.Gateway;

namespace PromptGateway.Tests.Routing;

/// <summary>Requests that can go nowhere, in both shapes.</summary>
public sealed class RoutingRejectionTests
{
    private static async Task<(int Status, JsonNode Body)> AskAsync(HttpClient client, string path, string json)
    {
        var answer = await client.PostAsync(path, ChatRequests.Json(json));
        return ((int)answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync())!);
    }

    [Fact]
    public async Task UnknownModel_Is404NamingNearOnes()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(
            yarpJson: YarpFile.One(upstream.Address, ("CatchAll", "false"), ("Models", "gpt-4o-mini,gpt-4o,o3"))
        );

        var (status, body) = await AskAsync(gateway.Client, ChatRequests.Path, """{"model":"gpt-4o-mni","messages":[]}""");

        status.ShouldBe(404);
        body["error"]!["code"]!.GetValue<string>().ShouldBe("model_not_found");
        body["error"]!["param"]!.GetValue<string>().ShouldBe("model");
        body["error"]!["message"]!.GetValue<string>().ShouldContain("gpt-4o-mini");
    }

    [Fact]
    public async Task ModelThatTheKeyMayNotUse_Is403()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(upstream);
        using var client = await gateway.NewRestrictedClientAsync("gpt-4o-mini");

        var (status, body) = await AskAsync(client, ChatRequests.Path, """{"model":"gpt-4o","messages":[]}""");
        var (messages, anthropic) = await AskAsync(client, "/v1/messages", MessagesStreamTests.Request);

        status.ShouldBe(403);
        body["error"]!["code"]!.GetValue<string>().ShouldBe("model_not_allowed");
        messages.ShouldBe(403);
        anthropic["error"]!["type"]!.GetValue<string>().ShouldBe("permission_error");
        upstream.Received.ShouldBeEmpty();
    }

    [Fact]
    public async Task ModelOfTheOtherApi_Is400ThatNamesTheRightPath()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(upstream);

        var (status, body) = await AskAsync(gateway.Client, ChatRequests.Path, """{"model":"claude-sonnet-4-5","messages":[]}""");

        status.ShouldBe(400);
        body["error"]!["code"]!.GetValue<string>().ShouldBe("unsupported_api");
        body["error"]!["message"]!.GetValue<string>().ShouldContain("/v1/messages");
    }

    [Theory]
    [InlineData("/v1/Chat/Completions")]
    [InlineData("/V1/chat/completions")]
    [InlineData("/v1//chat/completions")]
    [InlineData("/v1/chat%2fcompletions")]
    [InlineData("/v1/chat/completions/")]
    public async Task OtherSpellingsOfAPath_AreMeteredAlike(string path)
    {
        await using var upstream = await FakeUpstream.StartAsync(
            (context, _) =>
                FakeUpstream.StreamAsync(context, ChatAnswers.Text("Hel"), ChatAnswers.Finish, ChatAnswers.UsageChunk, ChatAnswers.Done)
        );
        await using var gateway = await TestGateway.StartAsync(upstream);

        using var call = await StreamCall.OpenAsync(gateway, path, ChatRequests.Stream());
        await call.RestAsync();

        if ((int)call.Response.StatusCode == 200)
        {
            upstream.Last.Text.ShouldContain("include_usage");
            (await gateway.LedgerRowAsync(call.Response)).Usage.OutputTokens.ShouldBe(5);
        }
        else
        {
            upstream.Received.ShouldBeEmpty();
        }
    }
}
