using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using PromptGateway.Tests.Gateway;
using PromptGateway.Usage;

namespace PromptGateway.Tests.Storage.Postgres;

/// <summary>Whole gateways on one PostgreSQL.</summary>
[Collection(PostgresCollection.Name)]
public sealed class PostgresReplicasTests(PostgresServer shared)
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    /// <summary>The poll is a minute: what is seen sooner was told.</summary>
    [Fact]
    public async Task Key_RevokedOnOneReplica_IsRefusedOnTheOther()
    {
        var connectionString = await shared.CreateDatabaseAsync();
        await using var a = await StartAsync(connectionString, pollInterval: "00:01:00");
        await using var b = await StartAsync(connectionString, pollInterval: "00:01:00");
        var (id, secret) = await CreateKeyAsync(a);
        using var client = b.NewClient(secret);
        await UntilAsync(async () => await AskAsync(client) == HttpStatusCode.OK);

        (await a.Management.PostAsync(new Uri($"/admin/keys/{id}/revoke", UriKind.Relative), null)).EnsureSuccessStatusCode();

        await UntilAsync(async () => await AskAsync(client) == HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Key_ListenerCutOff_IsToldAgainAfterwards()
    {
        var connectionString = await shared.CreateDatabaseAsync();
        await using var proxy = new StallingProxy(shared.Port);
        await using var a = await StartAsync(connectionString, pollInterval: "00:01:00");
        await using var b = await StartAsync(Through(proxy, connectionString), pollInterval: "00:01:00");
        var (_, first) = await CreateKeyAsync(a);
        using var before = b.NewClient(first);
        await UntilAsync(async () => await AskAsync(before) == HttpStatusCode.OK);
        proxy.Cut();

        var (_, second) = await CreateKeyAsync(a);

        using var after = b.NewClient(second);
        await UntilAsync(async () => await AskAsync(after) == HttpStatusCode.OK);
    }

    [Fact]
    public async Task Requests_ServerRestartedUnderLoad_AllAnsweredAndEachRowThereOnce()
    {
        var server = new PostgresServer();
        await server.InitializeAsync();
        try
        {
            await using var gateway = await StartAsync(await server.CreateDatabaseAsync());
            var (_, secret) = await CreateKeyAsync(gateway);
            using var client = gateway.NewClient(secret);
            await UntilAsync(async () => await AskAsync(client) == HttpStatusCode.OK);
            var ids = new List<string>();
            async Task SendAsync(int count)
            {
                for (var i = 0; i < count; i++)
                    ids.Add(await AnsweredAsync(client));
            }

            await SendAsync(50);
            await server.StopAsync();
            await SendAsync(50);
            var writer = gateway.Services.GetRequiredService<UsageWriter>();
            await UntilAsync(() => Task.FromResult(writer is { IsFailing: true, SpooledRows: > 0 }));
            (await client.GetStringAsync(new Uri("/readyz", UriKind.Relative))).ShouldContain("they wait");
            (await gateway.Management.GetStringAsync(new Uri("/metrics", UriKind.Relative))).ShouldContain("promptgateway_ledger_spool ");
            await server.StartAsync();
            await SendAsync(50);
            await UntilAsync(() => Task.FromResult(!writer.IsFailing));
            await writer.FlushAsync(default);

            await using var database = TestPostgres.Database(server.ConnectionString("test_1"));
            var ledger = new PromptGateway.Storage.Postgres.PostgresUsageLog(database);
            foreach (var id in ids)
                (await ledger.FindAsync(id, default)).ShouldNotBeNull();
            (await ledger.ReportAsync(new UsageQuery(), default)).Total.Requests.ShouldBe(ids.Count + _extra, "no row twice");
            (await client.GetStringAsync(new Uri("/readyz", UriKind.Relative))).ShouldBe("ready\n");
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    /// <summary>A network that swallows everything: no request waits, no row is lost, nothing needs a restart.</summary>
    [Fact]
    public async Task Requests_DatabaseSilent_AreAnsweredAndRowsFollow()
    {
        await using var proxy = new StallingProxy(shared.Port);
        await using var gateway = await StartAsync(Through(proxy, await shared.CreateDatabaseAsync()));
        await AnsweredAsync(gateway.Client);
        var writer = gateway.Services.GetRequiredService<UsageWriter>();
        await writer.FlushAsync(default);
        proxy.Stall();
        var ids = new List<string>();
        for (var i = 0; i < 200; i++)
            ids.Add(await AnsweredAsync(gateway.Client));
        await UntilAsync(() => Task.FromResult(writer.IsFailing));

        for (var i = 0; i < 20; i++)
            ids.Add(await AnsweredAsync(gateway.Client));
        proxy.Resume();
        proxy.Cut();
        await UntilAsync(() => Task.FromResult(!writer.IsFailing));
        await writer.FlushAsync(default);

        var ledger = gateway.Services.GetRequiredService<IUsageLog>();
        (await ledger.ReportAsync(new UsageQuery(), default)).Total.Requests.ShouldBe(ids.Count + 1);
        foreach (var id in ids)
            (await ledger.FindAsync(id, default)).ShouldNotBeNull();
    }

    /// <summary>Requests that were made while waiting for something.</summary>
    private int _extra;

    private static string Through(StallingProxy proxy, string connectionString) =>
        new Npgsql.NpgsqlConnectionStringBuilder(connectionString) { Port = proxy.Port }.ConnectionString;

    private static Task<TestGateway> StartAsync(string connectionString, string pollInterval = "00:00:00.25") =>
        TestGateway.StartAsync(configuration: new() { ["Storage:Postgres"] = connectionString, ["KeyStore:PollInterval"] = pollInterval });

    private static async Task<(string Id, string Secret)> CreateKeyAsync(TestGateway gateway)
    {
        using var body = new StringContent("""{"name":"test"}""", Encoding.UTF8, "application/json");
        using var response = await gateway.Management.PostAsync(new Uri("/admin/keys", UriKind.Relative), body);
        response.EnsureSuccessStatusCode();
        using var key = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return (key.RootElement.GetProperty("id").GetString()!, key.RootElement.GetProperty("key").GetString()!);
    }

    private async Task<HttpStatusCode> AskAsync(HttpClient client)
    {
        using var response = await PostAsync(client);
        if (response.StatusCode == HttpStatusCode.OK)
            _extra++;
        return response.StatusCode;
    }

    /// <returns>The request's id.</returns>
    private static async Task<string> AnsweredAsync(HttpClient client)
    {
        using var response = await PostAsync(client);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        await response.Content.ReadAsStringAsync();
        return response.Headers.GetValues("x-request-id").Single();
    }

    private static async Task<HttpResponseMessage> PostAsync(HttpClient client)
    {
        using var body = new StringContent(
            """{"model":"gpt-4o-mini","messages":[{"role":"user","content":"hi"}]}""",
            Encoding.UTF8,
            "application/json"
        );
        return await client.PostAsync(new Uri("/v1/chat/completions", UriKind.Relative), body);
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        for (var i = 0; i < 600; i++)
        {
            if (await condition())
                return;
            await Task.Delay(Second / 20);
        }
        (await condition()).ShouldBeTrue();
    }
}
