using System.Net;
using Microsoft.Extensions.DependencyInjection;
using PromptGateway.Budgets;
using PromptGateway.RateLimits;
using PromptGateway.Tests.Gateway;
using PromptGateway.Tests.Storage.Postgres;
using PromptGateway.Usage;

namespace PromptGateway.Tests.Replicas;

/// <summary>Three gateways, one limit: no more in sum than one gateway would admit, and no less.</summary>
[Collection(PostgresCollection.Name)]
public sealed class SharedLimitTests(PostgresServer server)
{
    private const int Requests = 200;

    /// <summary>Whose patience ends is refused though there may be room: on a machine however slow nobody's does.</summary>
    private static readonly Dictionary<string, string?> Patient = new()
    {
        ["Counters:Lease"] = "00:02:00",
        ["Counters:Timeout"] = "00:00:30",
    };

    private async Task<ReplicaSet> StartAsync(Crowd crowd, Dictionary<string, string?>? configuration = null)
    {
        var database = await server.CreateDatabaseAsync();
        return await ReplicaSet.StartAsync(crowd.Upstream, [database, database, database], configuration);
    }

    [Theory]
    [InlineData("")]
    [InlineData(",\"models\":[\"gpt-4o*\"]")]
    public async Task StrictBudget_TwoHundredAtOnceOnThreeReplicas_AdmitsExactlyWhatOneGatewayDoes(string more)
    {
        var budget = $"\"budgets\":[{{\"usd\":0.00021,\"per\":\"month\",\"mode\":\"strict\"{more}}}]";
        await using var crowd = await Crowd.StartAsync();
        await using var alone = await TestGateway.StartAsync(crowd.Upstream.Environment);
        var (_, client) = await AdminCalls.NewKeyAsync(alone, "," + budget);
        var expected = await crowd.RushAsync(Requests, client);
        expected.ShouldBeInRange(10, 100);
        await using var replicas = await StartAsync(crowd, Patient);
        var (id, clients) = await replicas.NewKeyAsync(budget);

        var admitted = await crowd.RushAsync(Requests, clients);

        admitted.ShouldBe(expected);
        foreach (var gateway in replicas.Gateways)
            await gateway.Services.GetRequiredService<UsageWriter>().FlushAsync(default);
        foreach (var gateway in replicas.Gateways)
        {
            var audits = await gateway.Services.GetRequiredService<BudgetBook>().Reports.AuditAsync(DateTimeOffset.UtcNow, default);
            audits.ShouldHaveSingleItem().Balanced.ShouldBeTrue();
        }
        (await AdminCalls.BudgetsAsync(replicas.Gateways[0], id))[0]!["spent"]!.GetValue<decimal>().ShouldBe(admitted * 0.0000045m);
    }

    [Fact]
    public async Task StrictBudgetOfASession_TwoHundredAtOnceOnThreeReplicas_AdmitsExactlyWhatOneGatewayDoes()
    {
        const string Budget = "\"budgets\":[{\"usd\":0.00021,\"per\":\"session\",\"mode\":\"strict\"}]";
        await using var crowd = await Crowd.StartAsync();
        await using var alone = await TestGateway.StartAsync(crowd.Upstream.Environment);
        var (_, client) = await AdminCalls.NewKeyAsync(alone, "," + Budget);
        var expected = await crowd.RushAsync(Requests, In("a", client));
        await using var replicas = await StartAsync(crowd, Patient);
        var (_, clients) = await replicas.NewKeyAsync(Budget);

        (await crowd.RushAsync(Requests, In("a", clients))).ShouldBe(expected);
        (await crowd.RushAsync(Requests, In("b", clients))).ShouldBe(expected, "another session has a budget of its own");

        foreach (var gateway in replicas.Gateways)
            await gateway.Services.GetRequiredService<UsageWriter>().FlushAsync(default);
        var audits = await replicas
            .Gateways[0]
            .Services.GetRequiredService<BudgetBook>()
            .Reports.AuditAsync(DateTimeOffset.UtcNow, default);
        audits.Count.ShouldBe(2);
        audits.ShouldAllBe(audit => audit.Balanced);

        static HttpClient[] In(string session, params HttpClient[] clients)
        {
            foreach (var client in clients)
            {
                client.DefaultRequestHeaders.Remove("X-PromptGateway-Session");
                client.DefaultRequestHeaders.Add("X-PromptGateway-Session", session);
            }
            return clients;
        }
    }

    [Fact]
    public async Task RequestsPerDay_TwoHundredAtOnceOnThreeReplicas_AreExactlyTheLimit()
    {
        await using var crowd = await Crowd.StartAsync();
        await using var replicas = await StartAsync(crowd, Patient);
        var (_, clients) = await replicas.NewKeyAsync("\"limits\":[{\"requests\":77,\"per\":\"day\"}]");

        (await crowd.RushAsync(Requests, clients)).ShouldBe(77);
        (await crowd.RushAsync(20, clients)).ShouldBe(0);
    }

    [Fact]
    public async Task Concurrency_OfThreeReplicas_IsExactlyTheLimitAndComesBack()
    {
        await using var crowd = await Crowd.StartAsync();
        await using var replicas = await StartAsync(crowd);
        var (_, clients) = await replicas.NewKeyAsync("\"limits\":[{\"concurrent\":20}]");

        (await crowd.RushAsync(Requests, clients)).ShouldBe(20);
        await ComesBackAsync(clients[2]);
        await ComesBackAsync(clients[0], clients[1]);
        // A client has its answer a moment before the gateway is done with the request.
        await Eventually.BecomesAsync(() => SlotsInUse() == 0);

        long SlotsInUse() => replicas.Gateways.Sum(gateway => gateway.Services.GetRequiredService<LimitedSubjects>().SlotsInUse);

        // A refusal is remembered for a moment.
        Task ComesBackAsync(params HttpClient[] some) =>
            Eventually.BecomesAsync(async () =>
            {
                var admitted = await crowd.RushAsync(Requests, some);
                admitted.ShouldBeLessThanOrEqualTo(20);
                return admitted == 20;
            });
    }

    [Fact]
    public async Task LimitOfTheGateway_FromConfiguration_IsOneForAllReplicas()
    {
        await using var crowd = await Crowd.StartAsync();
        await using var replicas = await StartAsync(
            crowd,
            new()
            {
                ["RateLimits:0:Scope"] = "gateway",
                ["RateLimits:0:Requests"] = "33",
                ["RateLimits:0:Per"] = "day",
                ["RateLimits:1:Scope"] = "key",
                ["RateLimits:1:Tokens"] = "1000000",
                ["RateLimits:1:Per"] = "hour",
            }
        );

        await AdmitAsync(crowd, 33, [.. replicas.Gateways.Select(gateway => gateway.Client)]);
    }

    /// <summary>So many get through in the end, and never one more. Who is refused while others hold the rest may ask again.</summary>
    private static async Task AdmitAsync(Crowd crowd, int limit, HttpClient[] clients)
    {
        var admitted = 0;
        await Eventually.BecomesAsync(async () =>
        {
            admitted += await crowd.RushAsync(30, clients);
            admitted.ShouldBeLessThanOrEqualTo(limit);
            return admitted == limit;
        });
        (await crowd.RushAsync(30, clients)).ShouldBe(0);
    }

    [Fact]
    public async Task NestedBudgets_FirstRequestOnEachReplica_IsAdmitted()
    {
        await using var crowd = await Crowd.StartAsync();
        await using var replicas = await StartAsync(
            crowd,
            new()
            {
                ["Budgets:Rules:0:Usd"] = "100",
                ["Budgets:Rules:0:Per"] = "day",
                ["Budgets:Rules:0:Mode"] = "strict",
            }
        );
        var (_, clients) = await replicas.NewKeyAsync("\"budgets\":[{\"usd\":1,\"per\":\"month\",\"mode\":\"strict\"}]");

        foreach (var client in clients)
            (await crowd.AskAsync(client)).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Budget_ChangedOnOneReplica_CountsOnTheOthersWithTheirNextRequest()
    {
        await using var crowd = await Crowd.StartAsync();
        await using var replicas = await StartAsync(crowd);
        var (id, clients) = await replicas.NewKeyAsync("\"limits\":[{\"requests\":5,\"per\":\"day\"}]");
        await AdmitAsync(crowd, 5, clients);

        await ChangeAsync(9);
        await Eventually.BecomesAsync(async () => await crowd.AskAsync(clients[2]) == HttpStatusCode.OK);
        await AdmitAsync(crowd, 3, clients);

        await ChangeAsync(2);
        (await crowd.RushAsync(30, clients)).ShouldBe(0);

        Task ChangeAsync(int requests) =>
            replicas
                .Gateways[0]
                .Management.PatchAsync("/admin/keys/" + id, AdminCalls.Json($$"""{"limits":[{"requests":{{requests}},"per":"day"}]}"""));
    }
}
