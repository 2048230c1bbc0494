using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using PromptGateway.Budgets;
using PromptGateway.Tests.Gateway;
using PromptGateway.Tests.Storage.Postgres;
using PromptGateway.Usage;

namespace PromptGateway.Tests.Replicas;

/// <summary>The database's server really crashes and comes back under many clients at once: what is promised for it holds, and no row is lost.</summary>
public sealed class DatabaseRestartTests : IAsyncLifetime
{
    private const int ClientsOfEach = 12;
    private const int TokensOfOne = 17;
    private const long Amount = 1_000_000;
    private const double FailOpenShare = 0.01;
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);
    private readonly PostgresServer _server = new();

    public Task InitializeAsync() => _server.InitializeAsync();

    public Task DisposeAsync() => _server.DisposeAsync();

    private static string Budget(string policy) =>
        $$"""
            "budgets":[{"tokens":{{Amount}},"per":"total","mode":"strict","on_store_failure":"{{policy}}"}]
            """;

    /// <summary>Clients of one key, which go on until they are told to stop.</summary>
    private sealed class Load(HttpClient[] clients, CancellationToken stop)
    {
        private readonly ConcurrentDictionary<HttpStatusCode, int> _answers = new();

        public int Of(HttpStatusCode status) => _answers.GetValueOrDefault(status);

        public IEnumerable<HttpStatusCode> Statuses => _answers.Keys;

        public Task RunAsync() => Task.WhenAll(Enumerable.Range(0, ClientsOfEach).Select(i => AskAlwaysAsync(clients[i % clients.Length])));

        private async Task AskAlwaysAsync(HttpClient client)
        {
            while (!stop.IsCancellationRequested)
            {
                // Nobody waits for a database that is away: one that does ends the test.
                using var answer = await client
                    .PostAsync("/v1/chat/completions", AdminCalls.Json(Crowd.Chat), CancellationToken.None)
                    .WaitAsync(LongestWait);
                _answers.AddOrUpdate(answer.StatusCode, 1, (_, count) => count + 1);
                // As clients do that are told to come back.
                if (answer.StatusCode != HttpStatusCode.OK)
                    await Task.Delay(50);
            }
        }
    }

    [Fact]
    public async Task Server_ThatCrashesUnderParallelLoad_CostsNoRowAndNoRestartOfAGateway()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var database = await _server.CreateDatabaseAsync();
        await using var replicas = await ReplicaSet.StartAsync(
            upstream,
            [database, database],
            new()
            {
                ["Counters:Lease"] = "00:00:01",
                ["Counters:Timeout"] = "00:00:00.300",
                ["Counters:FailOpenShare"] = FailOpenShare.ToString(System.Globalization.CultureInfo.InvariantCulture),
            }
        );
        var (closedId, closedClients) = await replicas.NewKeyAsync(Budget("fail_closed"));
        var (openId, openClients) = await replicas.NewKeyAsync(Budget("fail_open"));
        using var stop = new CancellationTokenSource();
        var (closed, open) = (new Load(closedClients, stop.Token), new Load(openClients, stop.Token));
        var load = Task.WhenAll(closed.RunAsync(), open.RunAsync());
        await ManyMoreAsync(closed, open);

        await _server.CrashAsync();
        // Leases are used up to their end, then the one key is refused and the other has its allowance.
        await Eventually.BecomesAsync(() =>
            Task.FromResult(closed.Of(HttpStatusCode.ServiceUnavailable) > ClientsOfEach || load.IsFaulted)
        );
        await _server.StartAsync();
        await ManyMoreAsync(closed, open);
        // And once more, before all is quiet again.
        await _server.CrashAsync();
        await _server.StartAsync();
        await ManyMoreAsync(closed, open);
        await stop.CancelAsync();
        await load;

        foreach (var (one, id) in new[] { (closed, closedId), (open, openId) })
        {
            one.Statuses.ShouldBeSubsetOf([HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable]);
            await Eventually.BecomesAsync(async () =>
            {
                var budget = (await AdminCalls.BudgetsAsync(replicas.Gateways[0], id))[0]!;
                return budget["spent"]!.GetValue<decimal>() == one.Of(HttpStatusCode.OK) * TokensOfOne
                    && budget["reserved"]!.GetValue<decimal>() == 0;
            });
            // Spent is also what the rows on this gateway's disk say; they follow a moment later.
            await Eventually.BecomesAsync(async () => await RowsAsync(id) >= one.Of(HttpStatusCode.OK));
            (await RowsAsync(id)).ShouldBe(one.Of(HttpStatusCode.OK));
        }
        foreach (var gateway in replicas.Gateways)
            await Eventually.BecomesAsync(async () =>
                !gateway.Services.GetRequiredService<UsageWriter>().IsFailing
                && (await gateway.Services.GetRequiredService<BudgetBook>().Reports.AuditAsync(DateTimeOffset.UtcNow, default)).All(audit =>
                    audit.Balanced
                )
            );

        async Task<long> RowsAsync(string key) =>
            (await replicas.Gateways[0].Services.GetRequiredService<IUsageLog>().ReportAsync(new UsageQuery { Key = key }, default))
                .Total
                .Requests;

        async Task ManyMoreAsync(params Load[] loads)
        {
            foreach (var one in loads)
            {
                var before = one.Of(HttpStatusCode.OK);
                await Eventually.BecomesAsync(() => Task.FromResult(one.Of(HttpStatusCode.OK) > before + 100 || load.IsFaulted));
            }
        }
    }
}
