using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using PromptGateway.Tests.Gateway;
using PromptGateway.Tests.Storage.Postgres;

namespace PromptGateway.Tests.Replicas;

/// <summary>Three real processes on one real PostgreSQL.</summary>
[Collection(PostgresCollection.Name)]
public sealed class ReplicaProcessTests(PostgresServer server)
{
    [Fact]
    public async Task ThreeProcesses_OneKilled_AdmitWhatOneWouldAndTheShareOfTheDeadComesBack()
    {
        await using var crowd = await Crowd.StartAsync();
        var environment = new Dictionary<string, string>(crowd.Upstream.Environment)
        {
            ["PROMPTGATEWAY_DATABASE"] = await server.CreateDatabaseAsync(),
            ["PROMPTGATEWAY__Counters__Lease"] = "00:00:02",
            ["PROMPTGATEWAY__Counters__Timeout"] = "00:00:01.900",
            ["PROMPTGATEWAY__Counters__AbandonAfter"] = "00:00:00",
        };
        var processes = await GatewayProcess.StartAsync(3, environment);
        try
        {
            var made = await processes[0]
                .Management.PostAsync(
                    "/admin/keys",
                    AdminCalls.Json(
                        """{"name":"app","limits":[{"concurrent":30}],"budgets":[{"tokens":1000000,"per":"total","mode":"strict"}]}"""
                    )
                );
            var secret = (await made.Content.ReadFromJsonAsync<JsonObject>())!["key"]!.GetValue<string>();
            HttpClient[] clients = [.. processes.Select(process => process.NewClient(secret))];
            foreach (var client in clients)
                await Eventually.BecomesAsync(async () => (await client.GetAsync("/v1/models")).StatusCode == HttpStatusCode.OK);

            (await crowd.RushAsync(200, clients)).ShouldBe(30);

            var hanging = crowd.Hang(12, clients[0]);
            await crowd.ArrivedAsync(12);
            await processes[0].KillAsync();
            foreach (var request in hanging)
                await Should.ThrowAsync<HttpRequestException>(request);

            // As soon as the dead replica's lease has ended all 30 places are to be had by the two that live.
            await Eventually.BecomesAsync(async () => await crowd.RushAsync(60, clients[1], clients[2]) == 30);
        }
        finally
        {
            foreach (var process in processes)
                await process.DisposeAsync();
        }
    }
}
