using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using PromptGateway.Tests.Gateway;

namespace PromptGateway.Tests.Budgets;

/// <summary>Budgets of models count the model that really answered.</summary>
public sealed class BudgetFailoverTests
{
    [Fact]
    public async Task Failover_ToAnotherModel_IsReservedAndBookedOnItsBudgetAlone()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(
            yarpJson: YarpFile.Clusters(
                YarpFile.Cluster(
                    "a-dead",
                    [new Uri("http://127.0.0.1:9")],
                    ("CatchAll", "false"),
                    ("Models", "gpt-4o"),
                    ("Aliases", "fast=gpt-4o")
                ),
                YarpFile.Cluster(
                    "b-alive",
                    [upstream.Address],
                    ("CatchAll", "false"),
                    ("Models", "gpt-4o-mini"),
                    ("Aliases", "fast=gpt-4o-mini")
                )
            )
        );
        var (key, client) = await AdminCalls.NewKeyAsync(
            gateway,
            ""","budgets":[{"usd":1,"models":["gpt-4o"]},{"usd":1,"models":["gpt-4o-mini"]}]"""
        );

        var answer = await client.PostAsync(ChatRequests.Path, ChatRequests.Json("""{"model":"fast","messages":[]}"""));

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await gateway.LedgerRowAsync(answer)).UpstreamModel.ShouldBe("gpt-4o-mini");
        var budgets = await AdminCalls.BudgetsAsync(gateway, key);
        budgets[0]!["spent"]!.GetValue<decimal>().ShouldBe(0);
        budgets[0]!["reserved"]!.GetValue<decimal>().ShouldBe(0);
        budgets[1]!["spent"]!.GetValue<decimal>().ShouldBe(0.0000045m);
        var audits = await gateway.Management.GetFromJsonAsync<JsonArray>("/admin/budgets");
        audits!.ShouldAllBe(audit => audit!["balanced"]!.GetValue<bool>());
        client.Dispose();
    }

    [Fact]
    public async Task Failover_ToAModelWhoseBudgetIsUsedUp_IsRefusedInItsName()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(
            yarpJson: YarpFile.Clusters(
                YarpFile.Cluster(
                    "a-dead",
                    [new Uri("http://127.0.0.1:9")],
                    ("CatchAll", "false"),
                    ("Models", "gpt-4o"),
                    ("Aliases", "fast=gpt-4o")
                ),
                YarpFile.Cluster(
                    "b-alive",
                    [upstream.Address],
                    ("CatchAll", "false"),
                    ("Models", "gpt-4o-mini"),
                    ("Aliases", "fast=gpt-4o-mini")
                )
            )
        );
        var (_, client) = await AdminCalls.NewKeyAsync(gateway, ""","budgets":[{"tokens":1,"models":["gpt-4o-mini"]}]""");

        var answer = await client.PostAsync(ChatRequests.Path, ChatRequests.Json("""{"model":"fast","messages":[]}"""));

        answer.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        (await AdminCalls.ErrorAsync(answer))["message"]!.GetValue<string>().ShouldContain("for gpt-4o-mini");
        upstream.Received.ShouldBeEmpty();
        client.Dispose();
    }
}
