using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using PromptGateway.Budgets;
using PromptGateway.Chat;
using PromptGateway.Objects;
using PromptGateway.Tests.Gateway;
using PromptGateway.Usage;

namespace PromptGateway.Tests.Objects;

/// <summary>Responses that are answered before they are done: charged when their result is read.</summary>
public sealed class BackgroundResponseTests
{
    private const string Draft = """{"name":"maker","team":"search","budgets":[{"usd":1,"per":"total","mode":"strict"}]}""";
    private const string Request = """{"model":"gpt-4o","background":true,"input":"Think about it","max_output_tokens":50}""";

    private static Task<HttpResponseMessage> MakeAsync(HttpClient client) => client.PostAsync("/v1/responses", LaterCharges.Json(Request));

    private static async Task<decimal> SpentAsync(TestGateway gateway, string key) =>
        (decimal)
            JsonNode.Parse(await gateway.Management.GetStringAsync("/admin/keys/" + key))!["budget_state"]![0]![
                "spent"
            ]!.GetValue<decimal>();

    /// <summary>A row comes a moment after its answer.</summary>
    private static async Task RowsBecomeAsync(TestGateway gateway, string key, long rows)
    {
        await Eventually.BecomesAsync(async () => await RowsAsync(gateway, key) >= rows);
        (await RowsAsync(gateway, key)).ShouldBe(rows);
    }

    private static async Task<long> RowsAsync(TestGateway gateway, string key)
    {
        await gateway.Services.GetRequiredService<UsageWriter>().FlushAsync(default);
        return (await gateway.Services.GetRequiredService<IUsageLog>().ReportAsync(new UsageQuery { Key = key }, default)).Total.Requests;
    }

    [Fact]
    public async Task Result_OfAKeyThatWasDeleted_IsChargedToItsTeam()
    {
        await using var upstream = await FakeUpstream.StartAsync(
            LaterCharges.Answering(what =>
                what switch
                {
                    "POST /v1/responses" => LaterCharges.Response("queued", "null"),
                    "GET /v1/responses/resp_1" => LaterCharges.Response("completed", LaterCharges.ResponseUsage),
                    _ => null,
                }
            )
        );
        await using var gateway = await TestGateway.StartAsync(
            upstream.Environment,
            configuration: new()
            {
                ["Budgets:Rules:0:Scope"] = "team",
                ["Budgets:Rules:0:Usd"] = "1",
                ["Budgets:Rules:0:Per"] = "month",
            }
        );
        var (id, maker) = await gateway.NewKeyAsync(Draft);
        var (_, mate) = await gateway.NewKeyAsync("""{"name":"mate","team":"search"}""");
        using var made = await MakeAsync(maker);
        (await gateway.Management.DeleteAsync("/admin/keys/" + id)).EnsureSuccessStatusCode();

        (await mate.GetAsync("/v1/responses/resp_1")).StatusCode.ShouldBe(HttpStatusCode.OK);

        await gateway.LedgerRowAsync(made.RequestId() + ".result");
        var audits = await gateway.Services.GetRequiredService<BudgetBook>().Reports.AuditAsync(DateTimeOffset.UtcNow, default);
        var team = audits.Single(audit => audit.Owner == "the team 'search'");
        (team.Budget.Spent, team.Balanced).ShouldBe((LaterCharges.ResponseCost / 1_000_000_000m, true));
    }

    [Fact]
    public async Task Result_ReadManyTimesByAnyKey_IsChargedOnceToTheKeyThatMadeIt()
    {
        var status = "queued";
        await using var upstream = await FakeUpstream.StartAsync(
            LaterCharges.Answering(what =>
                what switch
                {
                    "POST /v1/responses" => LaterCharges.Response("queued", "null"),
                    "GET /v1/responses/resp_1" => LaterCharges.Response(
                        status,
                        status == "completed" ? LaterCharges.ResponseUsage : "null"
                    ),
                    _ => null,
                }
            )
        );
        await using var gateway = await TestGateway.StartAsync(upstream.Environment, configuration: LaterCharges.Shared);
        var (id, maker) = await gateway.NewKeyAsync(Draft);
        using var reader = gateway.NewClient();

        using var made = await MakeAsync(maker);
        (await maker.GetAsync("/v1/responses/resp_1")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await SpentAsync(gateway, id)).ShouldBe(0);
        status = "completed";
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => (i % 2 == 0 ? maker : reader).GetStringAsync("/v1/responses/resp_1")));

        var creation = await gateway.LedgerRowAsync(made);
        creation.UsageSource.ShouldBe(UsageSource.None);
        creation.CostNanoUsd.ShouldBe(0);
        var row = await gateway.LedgerRowAsync(made.RequestId() + ".result");
        row.KeyId.ShouldBe(id);
        row.KeyName.ShouldBe("maker");
        row.Team.ShouldBe("search");
        row.Operation.ShouldBe("responses");
        row.RequestedModel.ShouldBe("gpt-4o");
        row.UpstreamModel.ShouldBe("gpt-4o");
        row.ResponseModel.ShouldBe("gpt-4o-2024-08-06");
        row.ResponseId.ShouldBe("resp_1");
        row.Usage.ShouldBe(
            new TokenUsage
            {
                InputTokens = 100,
                CachedInputTokens = 40,
                OutputTokens = 20,
                ReasoningTokens = 5,
            }
        );
        row.CostNanoUsd.ShouldBe(LaterCharges.ResponseCost);
        var costs = (await gateway.Management.GetStringAsync("/metrics"))
            .Split('\n')
            .Where(line => line.StartsWith("promptgateway_cost_usd_total{", StringComparison.Ordinal));
        costs
            .ShouldHaveSingleItem()
            .ShouldSatisfyAllConditions(line => line.ShouldContain("key=\"maker\""), line => line.ShouldEndWith(" 0.0004"));
        // The creation, eleven reads, the result.
        await RowsBecomeAsync(gateway, id, 1 + 11 + 1);
        (await SpentAsync(gateway, id)).ShouldBe(LaterCharges.ResponseCost / 1_000_000_000m);
    }

    [Fact]
    public async Task Result_ReadAsAStream_IsChargedOnce()
    {
        var completed =
            "event: response.completed\ndata: {\"type\":\"response.completed\",\"sequence_number\":9,\"response\":"
            + LaterCharges.Response("completed", LaterCharges.ResponseUsage)
            + "}\n\n";
        await using var upstream = await FakeUpstream.StartAsync(
            LaterCharges.Answering(what =>
                what.StartsWith("POST", StringComparison.Ordinal) ? LaterCharges.Response("in_progress", "null") : completed
            )
        );
        await using var gateway = await TestGateway.StartAsync(upstream);
        var (id, maker) = await gateway.NewKeyAsync(Draft);

        using var made = await MakeAsync(maker);
        (await maker.GetStringAsync("/v1/responses/resp_1?stream=true&starting_after=3")).ShouldBe(completed);
        (await maker.GetStringAsync("/v1/responses/resp_1?stream=true")).ShouldBe(completed);

        (await gateway.LedgerRowAsync(made.RequestId() + ".result")).CostNanoUsd.ShouldBe(LaterCharges.ResponseCost);
        await RowsBecomeAsync(gateway, id, 4);
    }

    /// <summary>The provider makes it to its end, and whoever reads it gets all of it: leaving early must not make it cheap.</summary>
    [Fact]
    public async Task Result_OfAStreamThatItsClientLeft_IsChargedWithoutWhatWasChargedAlready()
    {
        await using var upstream = await FakeUpstream.StartAsync(
            async (context, received) =>
            {
                if (received.Method == "GET")
                {
                    await FakeUpstream.JsonAsync(context, LaterCharges.Response("completed", LaterCharges.ResponseUsage));
                    return;
                }
                var left = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                context.RequestAborted.Register(() => left.TrySetResult());
                await FakeUpstream.StreamAsync(
                    context,
                    "event: response.created\ndata: {\"type\":\"response.created\",\"response\":"
                        + LaterCharges.Response("queued", "null")
                        + "}\n\n",
                    "event: response.output_text.delta\ndata: {\"type\":\"response.output_text.delta\",\"delta\":\"Hi\"}\n\n"
                );
                await left.Task;
            }
        );
        await using var gateway = await TestGateway.StartAsync(upstream);
        string id;
        using (
            var call = await StreamCall.OpenAsync(
                gateway,
                "/v1/responses",
                """{"model":"gpt-4o","input":"Hi","background":true,"stream":true}"""
            )
        )
        {
            await call.NextEventAsync();
            await call.NextEventAsync();
            id = call.Response.RequestId();
        }
        var begun = await gateway.LedgerRowAsync(id);

        await gateway.Client.GetStringAsync("/v1/responses/resp_1");
        await gateway.Client.GetStringAsync("/v1/responses/resp_1");
        var rest = await gateway.LedgerRowAsync(id + ".result");

        begun.Usage.OutputTokens.ShouldBe(1);
        begun.Usage.InputTokens.ShouldBeInRange(1, 50);
        (begun.Usage.InputTokens + rest.Usage.InputTokens).ShouldBe(100);
        (begun.Usage.OutputTokens + rest.Usage.OutputTokens).ShouldBe(20);
        rest.Usage.CachedInputTokens.ShouldBe(40);
        (await gateway.Services.GetRequiredService<IObjectStore>().FindAsync("resp_1", default))!.ChargedAt.ShouldNotBeNull();
    }

    [Fact]
    public async Task Result_OfAResponseThatWasNotMadeInTheBackground_IsNotChargedAgain()
    {
        await using var upstream = await FakeUpstream.StartAsync(
            LaterCharges.Answering(_ => LaterCharges.Response("completed", LaterCharges.ResponseUsage))
        );
        await using var gateway = await TestGateway.StartAsync(upstream);
        var (id, maker) = await gateway.NewKeyAsync(Draft);

        using var made = await MakeAsync(maker);
        await maker.GetStringAsync("/v1/responses/resp_1");

        (await gateway.LedgerRowAsync(made)).CostNanoUsd.ShouldBe(LaterCharges.ResponseCost);
        await RowsBecomeAsync(gateway, id, 2);
        (await SpentAsync(gateway, id)).ShouldBe(LaterCharges.ResponseCost / 1_000_000_000m);
    }

    [Fact]
    public async Task Result_ClaimedByAGatewayThatWasKilledBeforeItsRow_IsChargedByTheNextReader()
    {
        await using var upstream = await FakeUpstream.StartAsync(
            LaterCharges.Answering(what =>
                what.StartsWith("POST", StringComparison.Ordinal)
                    ? LaterCharges.Response("queued", "null")
                    : LaterCharges.Response("completed", LaterCharges.ResponseUsage)
            )
        );
        await using var gateway = await TestGateway.StartAsync(upstream);
        using var made = await MakeAsync(gateway.Client);
        var claimed = DateTimeOffset.FromUnixTimeSeconds(1_790_000_000);
        await gateway.Services.GetRequiredService<IObjectStore>().ClaimAsync("resp_1", claimed, default);

        await gateway.Client.GetStringAsync("/v1/responses/resp_1");
        var row = await gateway.LedgerRowAsync(made.RequestId() + ".result");

        row.StartedAt.ShouldBe(claimed);
        row.CostNanoUsd.ShouldBe(LaterCharges.ResponseCost);
    }

    [Fact]
    public async Task Result_AfterARestart_GoesToTheUpstreamThatHasItAndIsCharged()
    {
        var data = Directory.CreateTempSubdirectory("promptgateway-objects-").FullName;
        await using var first = await FakeUpstream.StartAsync(LaterCharges.Answering(_ => null));
        await using var second = await FakeUpstream.StartAsync(
            LaterCharges.Answering(what =>
                what.StartsWith("POST", StringComparison.Ordinal)
                    ? LaterCharges.Response("queued", "null")
                    : LaterCharges.Response("incomplete", LaterCharges.ResponseUsage)
            )
        );
        var file = $$$"""
            {"ReverseProxy":{"Clusters":{
              "a":{"Metadata":{"Models":"gpt-4.1"},"Destinations":{"d":{"Address":"{{{first.Address}}}v1"} } },
              "b":{"Metadata":{"Models":"gpt-4o"},"Destinations":{"d":{"Address":"{{{second.Address}}}v1"} } } } } }
            """;
        string id;
        await using (var gateway = await TestGateway.StartAsync(yarpJson: file, settings: s => s with { Data = data }))
        {
            using var made = await MakeAsync(gateway.Client);
            id = made.RequestId();
            await gateway.StopAsync();
        }

        await using (var gateway = await TestGateway.StartAsync(yarpJson: file, settings: s => s with { Data = data }))
        {
            (await gateway.Client.GetAsync("/v1/responses/resp_1")).StatusCode.ShouldBe(HttpStatusCode.OK);
            (await gateway.LedgerRowAsync(id + ".result")).CostNanoUsd.ShouldBe(LaterCharges.ResponseCost);
            await gateway.StopAsync();
        }
        first.Received.ShouldBeEmpty();
        Directory.Delete(data, recursive: true);
    }

    [Fact]
    public async Task Delete_ForgetsIt()
    {
        await using var upstream = await FakeUpstream.StartAsync(
            LaterCharges.Answering(what =>
                what.StartsWith("POST", StringComparison.Ordinal)
                    ? LaterCharges.Response("queued", "null")
                    : """{"id":"resp_1","deleted":true}"""
            )
        );
        await using var gateway = await TestGateway.StartAsync(upstream);
        using var made = await MakeAsync(gateway.Client);

        (await gateway.Client.DeleteAsync("/v1/responses/resp_1")).StatusCode.ShouldBe(HttpStatusCode.OK);

        (await gateway.Services.GetRequiredService<IObjectStore>().FindAsync("resp_1", default)).ShouldBeNull();
    }
}
