using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using PromptGateway.Experiments.Feedback;
using PromptGateway.Storage.Sqlite;
using PromptGateway.Tests.Gateway;

namespace PromptGateway.Tests.Experiments;

/// <summary><c>POST /v1/feedback</c> in a running gateway.</summary>
public sealed class FeedbackTests
{
    private const string Path = "/v1/feedback";

    [Fact]
    public async Task RequestId_WithScoreAndComment_IsStored()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(upstream);
        var id = await AskAsync(gateway, ChatRequests.Plain);

        var answer = await gateway.Client.PostAsync(Path, ChatRequests.Json($$"""{"id":"{{id}}","score":0.5,"comment":"good"}"""));

        var body = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, body.ToJsonString());
        body["object"]!.GetValue<string>().ShouldBe("feedback");
        body["request_id"]!.GetValue<string>().ShouldBe(id);
        var stored = (await StoredAsync(gateway, id)).ShouldNotBeNull();
        (stored.Score, stored.Comment).ShouldBe((0.5, "good"));
        upstream.Received.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Feedback_WithoutEnd_IsRefusedBeforeTheDatabaseIsAskedAndOtherKeysAreNot()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(upstream);
        var (_, other) = await AdminCalls.NewKeyAsync(gateway);
        // As if it had come from this key: more than the key may give.
        var limit = gateway.Services.GetRequiredService<FeedbackLimit>();
        var id = (
            await gateway.LedgerRowAsync(await gateway.Client.PostAsync(ChatRequests.Path, ChatRequests.Json(ChatRequests.Plain)))
        ).KeyId;
        while (limit.TryTake(id)) { }

        var answer = await gateway.Client.PostAsync(Path, ChatRequests.Json("""{"id":"req_0","score":1}"""));

        answer.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        answer.Headers.RetryAfter.ShouldNotBeNull();
        (await other.PostAsync(Path, ChatRequests.Json("""{"id":"req_0","score":1}"""))).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("up", 1)]
    [InlineData("down", -1)]
    public async Task Thumbs_ByOptimizationId_AreTheEndsOfTheScale(string thumbs, double score)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(upstream);
        var id = await AskAsync(gateway, ChatRequests.Plain);

        var answer = await gateway.Client.PostAsync(
            Path,
            ChatRequests.Json($$"""{"request_id":"opt_{{id["req_".Length..]}}","thumbs":"{{thumbs}}","comment":null}""")
        );

        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        (await StoredAsync(gateway, id)).ShouldNotBeNull().Score.ShouldBe(score);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ResponseId_OfBodiesAndStreams_FindsTheRequest(bool stream)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        if (stream)
            upstream.Answer = (context, _) =>
                FakeUpstream.StreamAsync(context, ChatAnswers.Text("Hi"), ChatAnswers.Finish, ChatAnswers.UsageChunk, ChatAnswers.Done);
        await using var gateway = await TestGateway.StartAsync(upstream);
        var id = await AskAsync(gateway, stream ? ChatRequests.Stream() : ChatRequests.Plain);

        var answer = await gateway.Client.PostAsync(Path, ChatRequests.Json("""{"response_id":"chatcmpl-1","score":-1}"""));

        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        (await StoredAsync(gateway, id)).ShouldNotBeNull().Score.ShouldBe(-1);
    }

    [Fact]
    public async Task RequestOfAnotherKey_IsNotFound()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(upstream);
        using var other = await gateway.NewRestrictedClientAsync();
        var id = await AskAsync(gateway, ChatRequests.Plain);

        foreach (var named in (string[])[id, "chatcmpl-1", "req_unknown", "nothing"])
        {
            var answer = await other.PostAsync(Path, ChatRequests.Json($$"""{"id":"{{named}}","thumbs":"up"}"""));

            answer.StatusCode.ShouldBe(HttpStatusCode.NotFound, named);
            JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["error"]!["code"]!.GetValue<string>().ShouldBe("request_not_found");
        }
        (await StoredAsync(gateway, id)).ShouldBeNull();
    }

    [Theory]
    [InlineData("", "invalid_json")]
    [InlineData("[]", "invalid_json")]
    [InlineData("""{"id":"req_1","id":"req_1","score":1}""", "invalid_json")]
    [InlineData("""{"score":1}""", "missing_required_parameter")]
    [InlineData("""{"id":"req_1"}""", "missing_required_parameter")]
    [InlineData("""{"id":"req_1","score":1.01}""", "invalid_value")]
    [InlineData("""{"id":"req_1","score":"1"}""", "invalid_value")]
    [InlineData("""{"id":"req_1","thumbs":"sideways"}""", "invalid_value")]
    [InlineData("""{"id":"req_1","thumbs":"up","score":1}""", "invalid_value")]
    [InlineData("""{"id":"req_1","response_id":"x","score":1}""", "invalid_value")]
    [InlineData("""{"id":"","score":1}""", "invalid_value")]
    [InlineData("""{"id":7,"score":1}""", "invalid_value")]
    [InlineData("""{"id":"req_1","score":1,"comment":7}""", "invalid_value")]
    [InlineData("""{"id":"req_1","score":1,"stars":5}""", "invalid_value")]
    public void Body_ThatIsWrong_SaysWhat(string json, string code) =>
        FeedbackReader.Read(System.Text.Encoding.UTF8.GetBytes(json)).Item2.ShouldNotBeNull().Code.ShouldBe(code);

    [Fact]
    public async Task BodyMethodAndLength_AreCheckedInTheRunningGateway()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(upstream);
        var comment = new string('x', FeedbackReader.LongestComment + 1);

        var longComment = await gateway.Client.PostAsync(Path, ChatRequests.Json($$"""{"id":"req_1","score":1,"comment":"{{comment}}"}"""));
        var longBody = await gateway.Client.PostAsync(Path, ChatRequests.Json("{\"id\":\"" + new string('x', 40_000) + "\"}"));
        var get = await gateway.Client.GetAsync(Path);

        longComment.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        longBody.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        get.StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
        upstream.Received.ShouldBeEmpty();
    }

    [Fact]
    public async Task LedgerThatCannotBeWritten_IsNoFaultOfTheCaller()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(upstream);
        await using var database = new SqliteConnection(
            $"Data Source={System.IO.Path.Combine(gateway.DataDirectory, SqliteDatabase.FileName)};Pooling=False"
        );
        await database.OpenAsync();
        await using var writing = database.BeginTransaction();
        var id = await AskAsync(gateway, ChatRequests.Plain);

        var answer = await gateway.Client.PostAsync(Path, ChatRequests.Json($$"""{"id":"{{id}}","score":1}"""));

        answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable, await answer.Content.ReadAsStringAsync());
        answer.Headers.RetryAfter.ShouldNotBeNull();
    }

    [Theory]
    [InlineData("DROP TABLE feedback")]
    [InlineData("ALTER TABLE usage RENAME TO away")]
    public async Task DatabaseThatFails_IsNoFaultOfTheCallerAndNoneOfTheGateway(string damage)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(upstream);
        var id = await AskAsync(gateway, ChatRequests.Plain);
        await gateway.LedgerRowAsync(id);
        await using var database = new SqliteConnection(
            $"Data Source={System.IO.Path.Combine(gateway.DataDirectory, SqliteDatabase.FileName)};Pooling=False"
        );
        await database.OpenAsync();
        await using var command = database.CreateCommand();
        command.CommandText = damage;
        await command.ExecuteNonQueryAsync();

        foreach (var named in (string[])[id, "chatcmpl-1"])
        {
            var answer = await gateway.Client.PostAsync(Path, ChatRequests.Json($$"""{"id":"{{named}}","score":1}"""));

            answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable, await answer.Content.ReadAsStringAsync());
            answer.Headers.RetryAfter.ShouldNotBeNull();
        }
    }

    private static async Task<string> AskAsync(TestGateway gateway, string request)
    {
        using var response = await gateway.Client.PostAsync(ChatRequests.Path, ChatRequests.Json(request));
        response.EnsureSuccessStatusCode();
        await response.Content.ReadAsStringAsync();
        return response.Headers.GetValues("x-request-id").Single();
    }

    private static Task<AnswerFeedback?> StoredAsync(TestGateway gateway, string id) =>
        gateway.Services.GetRequiredService<IFeedbackStore>().FindAsync(id, default);
}
