using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using PromptGateway.Tests.Gateway;

namespace PromptGateway.Tests.Budgets;

/// <summary>Rules and raises of budgets that change while the gateway serves.</summary>
public sealed class BudgetRuleTests
{
    private static Task<HttpResponseMessage> ChatAsync(HttpClient client) =>
        client.PostAsync(ChatRequests.Path, ChatRequests.Json("""{"model":"gpt-4o-mini","max_tokens":5,"messages":[]}"""));

    private static async Task<JsonNode> BudgetAsync(TestGateway gateway) =>
        (await gateway.Management.GetFromJsonAsync<JsonArray>("/admin/budgets"))!.Single()!["budget"]!;

    [Fact]
    public async Task Rule_PutAndDeleted_IsInForceWithTheNextRequestAndCountsWhatWasSpentBefore()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(upstream);
        var first = await ChatAsync(gateway.Client);
        await gateway.LedgerRowAsync(first);

        var put = await gateway.Management.PutAsync(
            "/admin/budgets/rules/all",
            AdminCalls.Json("""{"scope":"gateway","tokens":17,"per":"day"}""")
        );
        put.StatusCode.ShouldBe(HttpStatusCode.Created);
        // 17 tokens were used by the first.
        var refused = await ChatAsync(gateway.Client);
        refused.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        (await AdminCalls.ErrorAsync(refused))["code"]!.GetValue<string>().ShouldBe("insufficient_quota");
        (await AdminCalls.MetricsAsync(gateway)).ShouldContain(
            "promptgateway_limit_refusals_total{kind=\"budget_tokens\",scope=\"gateway\"} 1"
        );

        (await gateway.Management.DeleteAsync("/admin/budgets/rules/all")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await ChatAsync(gateway.Client)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await gateway.Management.GetFromJsonAsync<JsonArray>("/admin/budgets/rules"))!.ShouldBeEmpty();
    }

    [Fact]
    public async Task Rule_AfterARestart_IsEnforced()
    {
        var data = Directory.CreateTempSubdirectory("promptgateway-rules-").FullName;
        await using var upstream = await FakeUpstream.StartAsync();
        await using (var first = await TestGateway.StartAsync(upstream.Environment, settings: s => s with { Data = data }))
            await first.Management.PutAsync("/admin/budgets/rules/tiny", AdminCalls.Json("""{"tokens":1}"""));

        await using (var second = await TestGateway.StartAsync(upstream.Environment, settings: s => s with { Data = data }))
            (await ChatAsync(second.Client)).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        Directory.Delete(data, recursive: true);
    }

    [Theory]
    [InlineData("""{"usd":1,"tokens":1}""", "exactly one")]
    [InlineData("""{"usd":1,"alert_at":[]}""", "alert_at")]
    [InlineData("""{"usd":1,"mode":"soft","stop_streams":true}""", "soft budget only warns")]
    public async Task Rule_WithAMistake_IsRefusedAndChangesNothing(string rule, string message)
    {
        await using var gateway = await TestGateway.StartAsync();

        var answer = await gateway.Management.PutAsync("/admin/budgets/rules/r", AdminCalls.Json(rule));

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Content.ReadAsStringAsync()).ShouldContain(message);
        (await gateway.Management.GetFromJsonAsync<JsonArray>("/admin/budgets/rules"))!.ShouldBeEmpty();
    }

    [Fact]
    public async Task Raise_UntilAMoment_LetsRequestsPassUntilExactlyThen()
    {
        var clock = new ShiftedClock();
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(
            upstream.Environment,
            configuration: new() { ["Budgets:Rules:0:Tokens"] = "5", ["Budgets:Rules:0:Per"] = "total" },
            change: builder => builder.Services.AddSingleton<TimeProvider>(clock)
        );
        (await ChatAsync(gateway.Client)).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        var id = (await BudgetAsync(gateway))["id"]!.GetValue<string>();
        var until = clock.GetUtcNow() + TimeSpan.FromHours(1);

        var raised = await gateway.Management.PostAsync(
            $"/admin/budgets/{id}/raise",
            AdminCalls.Json($$"""{"tokens":10000,"until":"{{until:O}}"}""")
        );
        raised.StatusCode.ShouldBe(HttpStatusCode.Created, await raised.Content.ReadAsStringAsync());
        (await BudgetAsync(gateway))["raised"]!.GetValue<decimal>().ShouldBe(10000);
        (await ChatAsync(gateway.Client)).StatusCode.ShouldBe(HttpStatusCode.OK);

        clock.Advance(until - clock.GetUtcNow());
        (await ChatAsync(gateway.Client)).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        (await BudgetAsync(gateway))["amount"]!.GetValue<decimal>().ShouldBe(5);
        var listed = await gateway.Management.GetFromJsonAsync<JsonArray>("/admin/budgets/raises");
        listed!.Single()!["status"]!.GetValue<string>().ShouldBe("expired");
    }

    [Fact]
    public async Task Raise_Withdrawn_EndsAtOnce()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(upstream);
        var (key, client) = await AdminCalls.NewKeyAsync(gateway, ""","budgets":[{"tokens":5,"per":"month"}]""");
        var id = (await AdminCalls.BudgetsAsync(gateway, key))[0]!["id"]!.GetValue<string>();
        var answer = await gateway.Management.PostAsync(
            $"/admin/budgets/{id}/raise",
            AdminCalls.Json($$"""{"tokens":10000,"until":"{{DateTimeOffset.UtcNow.AddDays(1):O}}"}""")
        );
        var raise = (await answer.Content.ReadFromJsonAsync<JsonObject>())!["id"]!.GetValue<string>();
        (await ChatAsync(client)).StatusCode.ShouldBe(HttpStatusCode.OK);

        (await gateway.Management.DeleteAsync("/admin/budgets/raises/" + raise)).StatusCode.ShouldBe(HttpStatusCode.NoContent);

        (await ChatAsync(client)).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        client.Dispose();
    }

    [Theory]
    [InlineData("""{"usd":1,"until":"2099-01-01T00:00:00Z"}""", "the budget counts tokens")]
    [InlineData("""{"tokens":1,"until":"2001-01-01T00:00:00Z"}""", "must be in the future")]
    [InlineData("""{"tokens":1}""", "must be in the future")]
    public async Task Raise_ThatCannotBe_IsRefused(string raise, string message)
    {
        await using var gateway = await TestGateway.StartAsync();
        var (key, client) = await AdminCalls.NewKeyAsync(gateway, ""","budgets":[{"tokens":5}]""");
        var id = (await AdminCalls.BudgetsAsync(gateway, key))[0]!["id"]!.GetValue<string>();

        var answer = await gateway.Management.PostAsync($"/admin/budgets/{id}/raise", AdminCalls.Json(raise));
        var unknown = await gateway.Management.PostAsync("/admin/budgets/budget_none/raise", AdminCalls.Json(raise));

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Content.ReadAsStringAsync()).ShouldContain(message);
        unknown.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        client.Dispose();
    }

    [Fact]
    public async Task Gauges_OfABudget_TellWhatIsSpentAndWhatItMaySpend()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(
            upstream.Environment,
            configuration: new() { ["Budgets:Rules:0:Usd"] = "2", ["Budgets:Rules:0:Per"] = "month" }
        );
        await gateway.LedgerRowAsync(await ChatAsync(gateway.Client));

        var metrics = await AdminCalls.MetricsAsync(gateway);

        const string labels = "{budget=\"gateway\",per=\"month\",scope=\"gateway\"}";
        metrics.ShouldContain($"promptgateway_budget_limit_usd{labels} 2");
        metrics.ShouldContain($"promptgateway_budget_spent_usd{labels} 4.5E-06");
        metrics.ShouldContain($"promptgateway_budget_reserved_usd{labels} 0");
        metrics.ShouldNotContain("promptgateway_budget_spent_tokens{");
    }
}
