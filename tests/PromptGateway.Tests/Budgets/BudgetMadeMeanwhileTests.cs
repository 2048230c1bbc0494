using System.Net;
using Microsoft.Extensions.DependencyInjection;
using PromptGateway.Budgets;
using PromptGateway.Tests.Gateway;
using PromptGateway.Tests.Replicas;

namespace PromptGateway.Tests.Budgets;

/// <summary>Budgets that are made, or change their mode, while requests are under way.</summary>
public sealed class BudgetMadeMeanwhileTests
{
    private const int UnderWay = 50;
    private const int TokensOfOne = 17;

    private static async Task PatchAsync(TestGateway gateway, string id, string budget) =>
        (await gateway.Management.PatchAsync("/admin/keys/" + id, AdminCalls.Json($$"""{"budgets":[{{budget}}]}"""))).StatusCode.ShouldBe(
            HttpStatusCode.OK
        );

    [Theory]
    [InlineData("")]
    [InlineData(""","budgets":[{"tokens":100000,"per":"total","mode":"soft"}]""")]
    public async Task Budget_OfAKeyWithRequestsInFlight_HoldsForThemAndBooksThem(string before)
    {
        await using var crowd = await Crowd.StartAsync();
        await using var gateway = await TestGateway.StartAsync(crowd.Upstream.Environment);
        var (id, client) = await AdminCalls.NewKeyAsync(gateway, before);
        var hanging = crowd.Hang(UnderWay, client);
        await crowd.ArrivedAsync(UnderWay);

        // More than one request alone needs, less than all in flight hold.
        await PatchAsync(gateway, id, $$"""{"tokens":{{UnderWay * TokensOfOne}},"per":"total","mode":"strict"}""");
        using var refused = await client.PostAsync("/v1/chat/completions", AdminCalls.Json(Crowd.Chat));

        refused.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        var state = (await AdminCalls.BudgetsAsync(gateway, id))[0]!;
        state["reserved"]!.GetValue<decimal>().ShouldBeGreaterThanOrEqualTo(UnderWay * TokensOfOne);
        state["spent"]!.GetValue<decimal>().ShouldBe(0);
        crowd.LetGo();
        await Task.WhenAll(hanging);
        await Eventually.BecomesAsync(async () =>
        {
            var after = (await AdminCalls.BudgetsAsync(gateway, id))[0]!;
            return after["reserved"]!.GetValue<decimal>() == 0 && after["spent"]!.GetValue<decimal>() == UnderWay * TokensOfOne;
        });
    }

    [Fact]
    public async Task Rule_ForAllKeys_HoldsForWhatIsInFlightAtOnce()
    {
        await using var crowd = await Crowd.StartAsync();
        await using var gateway = await TestGateway.StartAsync(crowd.Upstream.Environment);
        var (_, client) = await AdminCalls.NewKeyAsync(gateway);
        var hanging = crowd.Hang(UnderWay, client);
        await crowd.ArrivedAsync(UnderWay);

        await gateway.Management.PutAsync(
            "/admin/budgets/rules/all",
            AdminCalls.Json("""{"scope":"gateway","tokens":1000000,"per":"month","mode":"strict"}""")
        );

        crowd.LetGo();
        await Task.WhenAll(hanging);
        // It is used for the first time: what was booked before it is read, what was in flight is not counted twice.
        using var next = await client.PostAsync("/v1/chat/completions", AdminCalls.Json(Crowd.Chat));
        next.StatusCode.ShouldBe(HttpStatusCode.OK);
        await gateway.LedgerRowAsync(next);
        (await gateway.Services.GetRequiredService<BudgetBook>().Reports.AuditAsync(DateTimeOffset.UtcNow, default))
            .ShouldHaveSingleItem()
            .ShouldSatisfyAllConditions(
                audit => audit.Balanced.ShouldBeTrue(),
                audit => audit.Ledger.ShouldBe((UnderWay + 1) * TokensOfOne)
            );
    }
}
