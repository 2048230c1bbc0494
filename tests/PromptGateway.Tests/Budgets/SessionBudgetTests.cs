using System.Net;
using Microsoft.Extensions.DependencyInjection;
using PromptGateway.Budgets;
using PromptGateway.Tests.Gateway;
using PromptGateway.Tests.Replicas;
using PromptGateway.Usage;

namespace PromptGateway.Tests.Budgets;

/// <summary>Budgets that each conversation of a key has for itself.</summary>
public sealed class SessionBudgetTests
{
    private const string Chat =
        """{"model":"gpt-4o-mini","max_tokens":5,"messages":[{"role":"user","content":"Hello there, please answer briefly"}]}""";
    private const string Strict = ""","budgets":[{"usd":0.000045,"per":"session","mode":"strict"}]""";

    private static HttpClient In(HttpClient client, string session, string header = "X-PromptGateway-Session")
    {
        client.DefaultRequestHeaders.TryAddWithoutValidation(header, session);
        return client;
    }

    private static async Task<HttpStatusCode> AskAsync(HttpClient client)
    {
        using var answer = await client.PostAsync("/v1/chat/completions", AdminCalls.Json(Chat));
        return answer.StatusCode;
    }

    /// <summary>The cap of each session, as in the report of a budget that a burst passed.</summary>
    [Fact]
    public async Task Strict_TwoHundredCallsAtOnceInOneSession_AdmitNoMoreThanTheCapAndLeaveOtherSessionsAlone()
    {
        await using var crowd = await Crowd.StartAsync();
        await using var gateway = await TestGateway.StartAsync(crowd.Upstream.Environment);
        var (id, client) = await AdminCalls.NewKeyAsync(gateway, Strict);
        In(client, "one");

        var admitted = await crowd.RushAsync(200, client);

        admitted.ShouldBeInRange(1, 10);
        await gateway.Services.GetRequiredService<UsageWriter>().FlushAsync(default);
        var report = await gateway.Services.GetRequiredService<IUsageLog>().ReportAsync(new UsageQuery { Key = id }, default);
        report.Total.CostNanoUsd.ShouldBeLessThanOrEqualTo(45_000);
        var audits = await gateway.Services.GetRequiredService<BudgetBook>().Reports.AuditAsync(DateTimeOffset.UtcNow, default);
        audits.ShouldHaveSingleItem().ShouldSatisfyAllConditions(a => a.Balanced.ShouldBeTrue(), a => a.Owner.ShouldContain("session"));
        client.DefaultRequestHeaders.Remove("X-PromptGateway-Session");
        (await crowd.RushAsync(200, In(client, "two"))).ShouldBe(admitted);
    }

    [Fact]
    public async Task Session_OfTheSameName_IsAnotherOneForAnotherKey()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(upstream);
        var (_, first) = await AdminCalls.NewKeyAsync(gateway, Strict);
        var (_, second) = await AdminCalls.NewKeyAsync(gateway, Strict, name: "other");
        In(first, "same");
        while (await AskAsync(first) == HttpStatusCode.OK) { }

        (await AskAsync(first)).ShouldBe(HttpStatusCode.TooManyRequests);
        (await AskAsync(In(second, "same"))).ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("X-PromptGateway-Session")]
    [InlineData("X-Claude-Code-Session-Id")]
    [InlineData("session-id")]
    [InlineData("session_id")]
    public async Task Session_AsClientsNameIt_IsOneAndIsInTheLedgerUnderAPseudonym(string header)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(upstream);
        var (_, client) = await AdminCalls.NewKeyAsync(gateway, Strict);

        using var answer = await In(client, "conversation 7", header).PostAsync("/v1/chat/completions", AdminCalls.Json(Chat));

        var row = await gateway.LedgerRowAsync(answer);
        row.Session.ShouldNotBeNull().Length.ShouldBe(32);
        row.Session.ShouldNotContain("conversation");
    }

    [Fact]
    public async Task Request_WithoutASession_IsToldWhatToSend()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(upstream);
        var (_, client) = await AdminCalls.NewKeyAsync(gateway, Strict);

        using var answer = await client.PostAsync("/v1/chat/completions", AdminCalls.Json(Chat));

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var error = await AdminCalls.ErrorAsync(answer);
        error["code"]!.GetValue<string>().ShouldBe("session_required");
        error["message"]!.GetValue<string>().ShouldContain("X-PromptGateway-Session");
        upstream.Received.ShouldBeEmpty();
    }

    [Fact]
    public async Task Rule_OfATeam_GivesEachSessionOfItsKeysABudget()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(upstream);
        await gateway.Management.PutAsync(
            "/admin/budgets/rules/sessions",
            AdminCalls.Json("""{"scope":"team","match":"search","usd":0.000045,"per":"session","mode":"strict"}""")
        );
        var (_, client) = await AdminCalls.NewKeyAsync(gateway, ""","team":"search" """);
        var (_, outside) = await AdminCalls.NewKeyAsync(gateway, name: "outside");
        In(client, "a");
        while (await AskAsync(client) == HttpStatusCode.OK) { }

        (await AskAsync(outside)).ShouldBe(HttpStatusCode.OK);
        client.DefaultRequestHeaders.Remove("X-PromptGateway-Session");
        (await AskAsync(In(client, "b"))).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Spend_OfASession_OutlivesTheProcess()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var data = Directory.CreateTempSubdirectory("promptgateway-session-").FullName;
        string secret;
        await using (var gateway = await TestGateway.StartAsync(upstream.Environment, settings: s => s with { Data = data }))
        {
            var (_, client) = await AdminCalls.NewKeyAsync(gateway, Strict);
            secret = client.DefaultRequestHeaders.Authorization!.Parameter!;
            In(client, "long");
            while (await AskAsync(client) == HttpStatusCode.OK) { }
            await gateway.StopAsync();
        }
        await using (var next = await TestGateway.StartAsync(upstream.Environment, settings: s => s with { Data = data }))
        {
            (await AskAsync(In(next.NewClient(secret), "long"))).ShouldBe(HttpStatusCode.TooManyRequests);
            (await AskAsync(In(next.NewClient(secret), "short"))).ShouldBe(HttpStatusCode.OK);
        }
        Directory.Delete(data, recursive: true);
    }
}
