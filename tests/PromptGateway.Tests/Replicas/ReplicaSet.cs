using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using PromptGateway.Tests.Gateway;

namespace PromptGateway.Tests.Replicas;

/// <summary>Several whole gateways in this process, on one PostgreSQL and one upstream.</summary>
internal sealed class ReplicaSet : IAsyncDisposable
{
    private ReplicaSet(TestGateway[] gateways) => Gateways = gateways;

    public TestGateway[] Gateways { get; }

    /// <param name="upstream">All send their requests there.</param>
    /// <param name="database">Connection strings, one a replica.</param>
    /// <param name="configuration">Of all.</param>
    public static async Task<ReplicaSet> StartAsync(
        FakeUpstream upstream,
        string[] database,
        Dictionary<string, string?>? configuration = null
    )
    {
        // Processors are busy with other tests: patience that no test needs in vain.
        var settings = new Dictionary<string, string?> { ["Counters:Timeout"] = "00:00:08" };
        foreach (var (name, value) in configuration ?? [])
            settings[name] = value;
        var gateways = new List<TestGateway>();
        foreach (var connectionString in database)
            gateways.Add(
                await TestGateway.StartAsync(
                    new(upstream.Environment) { ["PROMPTGATEWAY_DATABASE"] = connectionString },
                    configuration: settings
                )
            );
        return new ReplicaSet([.. gateways]);
    }

    /// <summary>A key that all replicas know, made by the first.</summary>
    /// <returns>Its id, and a client of each replica.</returns>
    public async Task<(string Id, HttpClient[] Clients)> NewKeyAsync(string fields)
    {
        var answer = await Gateways[0].Management.PostAsync("/admin/keys", AdminCalls.Json($$"""{"name":"app",{{fields}}}"""));
        answer.StatusCode.ShouldBe(HttpStatusCode.Created, await answer.Content.ReadAsStringAsync());
        var key = await answer.Content.ReadFromJsonAsync<JsonObject>();
        HttpClient[] clients = [.. Gateways.Select(gateway => gateway.NewClient(key!["key"]!.GetValue<string>()))];
        foreach (var client in clients)
            await Eventually.BecomesAsync(async () => (await client.GetAsync("/v1/models")).StatusCode == HttpStatusCode.OK);
        return (key!["id"]!.GetValue<string>(), clients);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var gateway in Gateways)
            await gateway.DisposeAsync();
    }
}
