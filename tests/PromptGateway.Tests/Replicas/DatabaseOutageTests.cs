using System.Net;
using PromptGateway.Tests.Gateway;
using PromptGateway.Tests.Storage.Postgres;

namespace PromptGateway.Tests.Replicas;

/// <summary>The database is cut off or says nothing more: what each budget's policy says holds, and all is well again without a restart.</summary>
[Collection(PostgresCollection.Name)]
public sealed class DatabaseOutageTests(PostgresServer server)
{
    private const string Chat =
        """{"model":"gpt-4o-mini","max_tokens":5,"messages":[{"role":"user","content":"Hello there, please answer with a short greeting for me today"}]}""";
    private const int TokensOfOne = 17;

    public static TheoryData<bool> Ways => [true, false];

    private static string Budget(long tokens, string policy) =>
        $$"""
            "budgets":[{"tokens":{{tokens}},"per":"total","mode":"strict","on_store_failure":"{{policy}}"}]
            """;

    private static async Task<HttpStatusCode> AskAsync(HttpClient client)
    {
        using var answer = await client.PostAsync("/v1/chat/completions", AdminCalls.Json(Chat));
        return answer.StatusCode;
    }

    /// <summary>The gateway asks for the list of models too.</summary>
    private static int Chats(FakeUpstream upstream) =>
        upstream.Received.Count(request => request.Target.EndsWith("/chat/completions", StringComparison.Ordinal));

    private async Task<(CuttableProxy Proxy, ReplicaSet Replicas)> StartAsync(FakeUpstream upstream)
    {
        var database = new Npgsql.NpgsqlConnectionStringBuilder(await server.CreateDatabaseAsync());
        var proxy = new CuttableProxy(server.Port);
        database.Port = proxy.Port;
        var replicas = await ReplicaSet.StartAsync(
            upstream,
            [database.ConnectionString],
            new()
            {
                ["Counters:Lease"] = "00:00:01",
                ["Counters:Timeout"] = "00:00:00.300",
                ["Counters:FailOpenShare"] = "0.05",
            }
        );
        return (proxy, replicas);
    }

    private static void Fail(CuttableProxy proxy, bool cut)
    {
        if (cut)
            proxy.Cut();
        else
            proxy.Silence();
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task FailClosed_WithoutTheDatabase_RefusesAndRecovers(bool cut)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var (proxy, replicas) = await StartAsync(upstream);
        await using var _ = proxy;
        await using var __ = replicas;
        var (id, clients) = await replicas.NewKeyAsync(Budget(100_000, "fail_closed"));
        await Eventually.BecomesAsync(async () => await AskAsync(clients[0]) == HttpStatusCode.OK);

        Fail(proxy, cut);
        // What was leased before is used up to the end of the lease.
        await Eventually.BecomesAsync(async () => await AskAsync(clients[0]) == HttpStatusCode.ServiceUnavailable);
        for (var i = 0; i < 20; i++)
            (await AskAsync(clients[0])).ShouldBe(HttpStatusCode.ServiceUnavailable);

        proxy.Mend();
        await Eventually.BecomesAsync(async () => await AskAsync(clients[0]) == HttpStatusCode.OK);
        await BalanceAsync(replicas, id, Chats(upstream));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task FailOpen_WithoutTheDatabase_AdmitsUpToTheAllowanceAndBooksItAfterwards(bool cut)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var (proxy, replicas) = await StartAsync(upstream);
        await using var _ = proxy;
        await using var __ = replicas;
        var (id, clients) = await replicas.NewKeyAsync(Budget(20_000, "fail_open"));
        await Eventually.BecomesAsync(async () => await AskAsync(clients[0]) == HttpStatusCode.OK);

        Fail(proxy, cut);
        var before = Chats(upstream);
        await Eventually.BecomesAsync(async () => await AskAsync(clients[0]) == HttpStatusCode.ServiceUnavailable);

        // An eighth of the cap may have been leased in advance; the allowance is a twentieth.
        var spent = (Chats(upstream) - before) * TokensOfOne;
        spent.ShouldBeInRange(1, (20_000 / 8) + (20_000 / 20));
        proxy.Mend();
        await Eventually.BecomesAsync(async () => await AskAsync(clients[0]) == HttpStatusCode.OK);
        await BalanceAsync(replicas, id, Chats(upstream));
    }

    [Fact]
    public async Task RateLimit_WithoutTheDatabase_GoesOnAloneWithinTheLimit()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var (proxy, replicas) = await StartAsync(upstream);
        await using var _ = proxy;
        await using var __ = replicas;
        var (_, clients) = await replicas.NewKeyAsync("\"limits\":[{\"requests\":40,\"per\":\"day\"}]");
        await Eventually.BecomesAsync(async () => await AskAsync(clients[0]) == HttpStatusCode.OK);

        proxy.Cut();
        await Eventually.BecomesAsync(async () => await AskAsync(clients[0]) == HttpStatusCode.TooManyRequests);

        Chats(upstream).ShouldBe(40);
    }

    /// <summary>No row is lost: in the end the budget's spend is what the upstream has answered.</summary>
    private static Task BalanceAsync(ReplicaSet replicas, string id, int answered) =>
        Eventually.BecomesAsync(async () =>
        {
            var budget = (await AdminCalls.BudgetsAsync(replicas.Gateways[0], id))[0]!;
            return budget["spent"]!.GetValue<decimal>() == answered * TokensOfOne && budget["reserved"]!.GetValue<decimal>() == 0;
        });
}
