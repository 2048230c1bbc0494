using System.CommandLine;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using PromptGateway.Cli;
using PromptGateway.Tests.Gateway;
using PromptGateway.Usage;

namespace PromptGateway.Tests.Budgets;

public sealed class BudgetStageTests
{
    /// <summary>One answer of the upstream: 8 x 0.15 + 4 x 0.075 + 5 x 0.60 USD per million tokens, in nano-dollars.</summary>
    private const long CostOfOne = 4500;

    private static StringContent Chat(string model = "gpt-4o-mini") =>
        new(
            $$"""{"model":"{{model}}","max_tokens":5,"messages":[{"role":"user","content":"Hello there, please answer with a short greeting for me today"}]}""",
            Encoding.UTF8,
            "application/json"
        );

    private static async Task<(string Id, string Secret)> CreateKeyAsync(TestGateway gateway, string budget)
    {
        var answer = await gateway.Management.PostAsync(
            "/admin/keys",
            new StringContent($$"""{"name":"app","budgets":[{{budget}}]}""", Encoding.UTF8, "application/json")
        );
        answer.StatusCode.ShouldBe(HttpStatusCode.Created);
        var key = await answer.Content.ReadFromJsonAsync<JsonObject>();
        return (key!["id"]!.GetValue<string>(), key["key"]!.GetValue<string>());
    }

    private static async Task<JsonNode> StateAsync(TestGateway gateway, string id) =>
        (await gateway.Management.GetFromJsonAsync<JsonObject>("/admin/keys/" + id))!["budget_state"]![0]!;

    [Fact]
    public async Task Strict_TwoHundredCallsAtOnceForTheMoneyOfTen_NeverSpendMoreAndTheBooksBalance()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(upstream.Environment);
        var (id, secret) = await CreateKeyAsync(gateway, """{"usd":0.000045,"per":"month","mode":"strict"}""");
        using var client = gateway.NewClient(secret);

        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => client.PostAsync("/v1/chat/completions", Chat())));

        var admitted = answers.Count(answer => answer.StatusCode == HttpStatusCode.OK);
        admitted.ShouldBeInRange(5, 10);
        var refused = answers.First(answer => answer.StatusCode == HttpStatusCode.TooManyRequests);
        refused.Headers.GetValues("x-should-retry").ShouldBe(["false"]);
        var error = (await refused.Content.ReadFromJsonAsync<JsonObject>())!["error"]!;
        error["code"]!.GetValue<string>().ShouldBe("insufficient_quota");
        error["message"]!.GetValue<string>().ShouldContain("budget of the key 'app' ($0.000045 per month)");

        foreach (var answer in answers.Where(answer => answer.StatusCode == HttpStatusCode.OK))
            await gateway.LedgerRowAsync(answer);
        var state = await StateAsync(gateway, id);
        state["spent"]!.GetValue<decimal>().ShouldBe(admitted * CostOfOne / 1_000_000_000m);
        state["reserved"]!.GetValue<decimal>().ShouldBe(0);
        var report = await gateway
            .Services.GetRequiredService<IUsageLog>()
            .ReportAsync(new UsageQuery { Key = id }, CancellationToken.None);
        report.Total.CostNanoUsd.ShouldBe(admitted * CostOfOne);
    }

    [Fact]
    public async Task Refused_ForAModelThatWasServedBefore_IsCountedUnderThatModel()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(upstream.Environment);
        await gateway.LedgerRowAsync(await gateway.Client.PostAsync("/v1/chat/completions", Chat()));
        var (_, secret) = await CreateKeyAsync(gateway, """{"usd":0.000001,"per":"month","mode":"strict"}""");
        using var client = gateway.NewClient(secret);

        var answer = await client.PostAsync("/v1/chat/completions", Chat());

        answer.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        (await AdminCalls.MetricsAsync(gateway)).ShouldContain(
            "promptgateway_requests_total{key=\"app\",model=\"gpt-4o-mini\",operation=\"chat\",outcome=\"refused\",provider=\"none\",status=\"4xx\",team=\"none\",upstream=\"none\"} 1"
        );
    }

    [Fact]
    public async Task Spend_AfterARestart_IsWhatTheLedgerHolds()
    {
        var data = Directory.CreateTempSubdirectory("promptgateway-budget-").FullName;
        await using var upstream = await FakeUpstream.StartAsync();
        string id;
        await using (var first = await TestGateway.StartAsync(upstream.Environment, settings: s => s with { Data = data }))
        {
            (id, var secret) = await CreateKeyAsync(first, """{"usd":1,"per":"total"}""");
            using var client = first.NewClient(secret);
            await client.PostAsync("/v1/chat/completions", Chat());
            await client.PostAsync("/v1/chat/completions", Chat());
            await first.StopAsync();
        }

        await using (var second = await TestGateway.StartAsync(upstream.Environment, settings: s => s with { Data = data }))
            (await StateAsync(second, id))["spent"]!.GetValue<decimal>().ShouldBe(2 * CostOfOne / 1_000_000_000m);
        Directory.Delete(data, recursive: true);
    }

    [Fact]
    public async Task Budget_RaisedByPatch_LetsTheNextCallPass()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(upstream.Environment);
        var (id, secret) = await CreateKeyAsync(gateway, """{"tokens":20,"per":"day","mode":"hard"}""");
        using var client = gateway.NewClient(secret);

        (await client.PostAsync("/v1/chat/completions", Chat())).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        await gateway.Management.PatchAsync(
            "/admin/keys/" + id,
            new StringContent("""{"budgets":[{"tokens":2000,"per":"day","mode":"hard"}]}""", Encoding.UTF8, "application/json")
        );

        (await client.PostAsync("/v1/chat/completions", Chat())).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task UnknownPrice_UnderAMoneyBudget_IsRefusedUnlessADefaultIsSet()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var rules = new Dictionary<string, string?> { ["Budgets:Rules:0:Usd"] = "1" };
        await using var denying = await TestGateway.StartAsync(upstream.Environment, configuration: rules);
        await using var assuming = await TestGateway.StartAsync(
            upstream.Environment,
            configuration: new(rules) { ["Budgets:UnknownPrice"] = "10" }
        );

        var denied = await denying.Client.PostAsync("/v1/chat/completions", Chat("house-model"));
        var allowed = await assuming.Client.PostAsync("/v1/chat/completions", Chat("house-model"));

        denied.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        (await denied.Content.ReadAsStringAsync()).ShouldContain("price of 'house-model' is not known");
        allowed.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await assuming.LedgerRowAsync(allowed)).CostNanoUsd.ShouldBe(17 * 10_000);
    }

    [Fact]
    public async Task Verify_OfBooksThatDoNotBalance_NamesTheBudgetAndFails()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(upstream.Environment);
        var (_, secret) = await CreateKeyAsync(gateway, """{"usd":1,"per":"month"}""");
        using var client = gateway.NewClient(secret);
        var answer = await client.PostAsync("/v1/chat/completions", Chat());

        (await VerifyAsync(gateway)).Code.ShouldBe(0);
        var row = await gateway.LedgerRowAsync(answer);
        await gateway.Services.GetRequiredService<IUsageLog>().AppendAsync([row with { RequestId = "slipped in" }], CancellationToken.None);
        var (code, text) = await VerifyAsync(gateway);

        code.ShouldBe(1);
        text.ShouldContain("WRONG the key 'app'");
    }

    private static async Task<(int Code, string Text)> VerifyAsync(TestGateway gateway)
    {
        var output = new StringWriter();
        var code = await RootCommands
            .Create()
            .Parse(["ledger", "verify", "--management-url", gateway.ManagementAddress.ToString(), "--admin-key", TestGateway.AdminKey])
            .InvokeAsync(new InvocationConfiguration { Output = output, Error = output });
        return (code, output.ToString());
    }

    [Fact]
    public async Task Soft_Exhausted_StillAdmits()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(
            upstream.Environment,
            configuration: new() { ["Budgets:Rules:0:Tokens"] = "1", ["Budgets:Rules:0:Mode"] = "soft" }
        );

        for (var i = 0; i < 3; i++)
            (await gateway.Client.PostAsync("/v1/chat/completions", Chat())).StatusCode.ShouldBe(HttpStatusCode.OK);
    }
}
