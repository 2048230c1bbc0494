using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using PromptGateway.RateLimits;
using PromptGateway.Storage.Sqlite;
using PromptGateway.Tests.Gateway;

namespace PromptGateway.Tests.Budgets;

/// <summary>Faults that users of other gateways have met, with their numbers where they gave them.</summary>
public sealed class FieldReportTests
{
    private static Task<HttpResponseMessage> ChatAsync(HttpClient client, string json = ChatRequests.Plain) =>
        client.PostAsync(ChatRequests.Path, ChatRequests.Json(json));

    [Fact]
    public async Task Burst_OfFiveLargeRequestsOnAFortyFiveCentKey_AdmitsTheOneThatItPaysFor()
    {
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var upstream = await FakeUpstream.StartAsync(
            async (context, _) =>
            {
                await goOn.Task;
                await FakeUpstream.JsonAsync(context, ChatAnswers.Plain);
            }
        );
        await using var gateway = await TestGateway.StartAsync(upstream);
        var (_, client) = await AdminCalls.NewKeyAsync(gateway, ""","budgets":[{"usd":0.45,"mode":"hard"}]""");
        // 300,000 tokens at 1.10 dollars a million: 33 cents each.
        var prompt = string.Concat(Enumerable.Repeat("word ", 240_000));
        var body = $$"""{"model":"o3-mini","max_completion_tokens":100,"messages":[{"role":"user","content":"{{prompt}}"}]}""";

        var answers = Enumerable.Range(0, 5).Select(_ => ChatAsync(client, body)).ToList();
        for (var refused = 0; refused < 4; refused++)
        {
            var first = await Task.WhenAny(answers);
            answers.Remove(first);
            (await first).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        }
        goOn.SetResult();

        (await answers.Single()).StatusCode.ShouldBe(HttpStatusCode.OK);
        upstream.Received.Count.ShouldBe(1);
        client.Dispose();
    }

    [Fact]
    public async Task Agent_WhoseRequestsAllFail_IsNeverLockedOut()
    {
        await using var upstream = await FakeUpstream.StartAsync(
            (context, _) => FakeUpstream.JsonAsync(context, """{"error":{"message":"no"}}""", 500)
        );
        await using var gateway = await TestGateway.StartAsync(upstream);
        var (key, client) = await AdminCalls.NewKeyAsync(gateway, ""","budgets":[{"usd":0.1,"mode":"strict"}]""");

        for (var i = 0; i < 12; i++)
            (await ChatAsync(client)).StatusCode.ShouldBe(HttpStatusCode.InternalServerError);

        var budget = (await AdminCalls.BudgetsAsync(gateway, key))[0]!;
        budget["reserved"]!.GetValue<decimal>().ShouldBe(0);
        budget["spent"]!.GetValue<decimal>().ShouldBe(0);
        client.Dispose();
    }

    [Fact]
    public async Task Ledger_ThatCannotBeRead_RefusesInsteadOfSpendingUnseen()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(
            upstream.Environment,
            configuration: new() { ["Budgets:Rules:0:Usd"] = "1" }
        );
        using (var connection = gateway.Services.GetRequiredService<SqliteDatabase>().Open(Durability.ProcessCrash))
            connection.Execute("ALTER TABLE usage RENAME TO gone");

        var answer = await ChatAsync(gateway.Client);

        answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        answer.Headers.RetryAfter.ShouldNotBeNull();
        upstream.Received.ShouldBeEmpty();
    }

    [Fact]
    public async Task Caps_OfKeyTeamAndGateway_AreAllChargedAndTheTightestRefuses()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(
            upstream.Environment,
            configuration: new()
            {
                ["Budgets:Rules:0:Scope"] = "team",
                ["Budgets:Rules:0:Tokens"] = "300",
                ["Budgets:Rules:1:Scope"] = "gateway",
                ["Budgets:Rules:1:Tokens"] = "100000",
            }
        );
        var (_, first) = await AdminCalls.NewKeyAsync(gateway, ""","team":"red","budgets":[{"tokens":100000}]""", "one");
        var (_, second) = await AdminCalls.NewKeyAsync(gateway, ""","team":"red","budgets":[{"tokens":100000}]""", "two");
        const string body = """{"model":"gpt-4o-mini","max_tokens":200,"messages":[{"role":"user","content":"Hi"}]}""";
        await gateway.LedgerRowAsync(await ChatAsync(first, body));
        await gateway.LedgerRowAsync(await ChatAsync(second, body));

        var refused = HttpStatusCode.OK;
        for (var i = 0; i < 10 && refused == HttpStatusCode.OK; i++)
        {
            var answer = await ChatAsync(second, body);
            refused = answer.StatusCode;
            if (refused != HttpStatusCode.OK)
                (await AdminCalls.ErrorAsync(answer))["message"]!.GetValue<string>().ShouldContain("the team 'red'");
        }

        refused.ShouldBe(HttpStatusCode.TooManyRequests);
        var audits = await gateway.Management.GetFromJsonAsync<JsonArray>("/admin/budgets");
        var spent = audits!.ToDictionary(a => a!["owner"]!.GetValue<string>(), a => a!["budget"]!["spent"]!.GetValue<decimal>());
        spent["the whole gateway"].ShouldBe(spent["the team 'red'"]);
        (spent["the key 'one'"] + spent["the key 'two'"]).ShouldBe(spent["the team 'red'"]);
        audits!.ShouldAllBe(audit => audit!["balanced"]!.GetValue<bool>());
        first.Dispose();
        second.Dispose();
    }

    [Theory]
    [InlineData("/v1/embeddings", """{"model":"text-embedding-3-small","input":"hi"}""")]
    [InlineData("/v1/completions", """{"model":"gpt-3.5-turbo-instruct","prompt":"hi"}""")]
    [InlineData("/v1/responses", """{"model":"gpt-4o-mini","input":"hi"}""")]
    [InlineData("/v1/something/new", """{"model":"gpt-4o-mini","input":"hi"}""")]
    public async Task Route_OfEveryClass_IsChargedToTheBudget(string path, string body)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(upstream);
        var (key, client) = await AdminCalls.NewKeyAsync(gateway, ""","budgets":[{"tokens":100000}]""");

        var answer = await client.PostAsync(path, ChatRequests.Json(body));
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        var row = await gateway.LedgerRowAsync(answer);

        row.Usage.TotalTokens.ShouldBeGreaterThan(0);
        (await AdminCalls.BudgetsAsync(gateway, key))[0]!["spent"]!.GetValue<decimal>().ShouldBe(row.Usage.TotalTokens);
        client.Dispose();
    }

    [Fact]
    public async Task Rules_ThatWouldReplaceEachOther_StopTheStart()
    {
        var failure = await Record.ExceptionAsync(() =>
            TestGateway.StartAsync(
                configuration: new()
                {
                    ["RateLimits:0:Requests"] = "5",
                    ["RateLimits:0:Per"] = "minute",
                    ["RateLimits:1:Requests"] = "500",
                    ["RateLimits:1:Per"] = "minute",
                }
            )
        );

        failure.ShouldNotBeNull();
        failure.Message.ShouldContain("repeats scope, match, kind, window");
    }

    [Fact]
    public async Task Request_RefusedForABudget_ConsumesNoneOfItsLimits()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(upstream);
        var (key, client) = await AdminCalls.NewKeyAsync(
            gateway,
            ""","limits":[{"requests":2,"per":"day"},{"tokens":100000,"per":"day"},{"concurrent":1}],"budgets":[{"tokens":1}]"""
        );

        for (var i = 0; i < 6; i++)
            (await AdminCalls.ErrorAsync(await ChatAsync(client)))["code"]!.GetValue<string>().ShouldBe("insufficient_quota");

        await gateway.Management.PatchAsync("/admin/keys/" + key, AdminCalls.Json("""{"budgets":[]}"""));
        var answer = await ChatAsync(client);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Headers.GetValues("x-ratelimit-remaining-requests").ShouldBe(["1"]);
        client.Dispose();
    }

    [Fact]
    public async Task Slot_OfARequestWhoseProviderIsSilent_ComesBackAtItsTimeout()
    {
        var clock = new ShiftedClock();
        await using var paced = await PacedUpstream.StartAsync(contentType: null);
        await using var gateway = await TestGateway.StartAsync(
            yarpJson: YarpFile.One(paced.Upstream.Address, ("FirstByteTimeout", "00:00:10")),
            configuration: new() { ["RateLimits:0:Concurrent"] = "1" },
            change: builder => builder.Services.AddSingleton<TimeProvider>(clock)
        );
        var silent = ChatAsync(gateway.Client);
        await paced.CalledAsync();
        (await ChatAsync(gateway.Client)).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);

        clock.Advance(TimeSpan.FromSeconds(11));
        (await silent).StatusCode.ShouldBe(HttpStatusCode.GatewayTimeout);

        var subjects = gateway.Services.GetRequiredService<LimitedSubjects>();
        await Eventually.BecomesAsync(() => subjects.SlotsInUse == 0);
    }
}
