using System.Net;
using Microsoft.Extensions.DependencyInjection;
using PromptGateway.Tests.Gateway;
using PromptGateway.Usage;

namespace PromptGateway.Tests.Objects;

/// <summary>Batches are charged when their result is read, at the price of batches.</summary>
public sealed class BatchTests
{
    private const string Draft = """{"name":"maker"}""";
    private const string Request = """{"input_file_id":"file-in","endpoint":"/v1/chat/completions","completion_window":"24h"}""";

    /// <summary>Two answers of <see cref="ChatAnswers.Plain"/>, 4,500 nano-dollars each, at half the price.</summary>
    private const long CostOfResults = 4500;

    private static Task<HttpResponseMessage> MakeAsync(HttpClient client) => client.PostAsync("/v1/batches", LaterCharges.Json(Request));

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

    /// <param name="rest">Members of the batch that is done.</param>
    private static Task<FakeUpstream> UpstreamAsync(string rest) =>
        FakeUpstream.StartAsync(
            LaterCharges.Answering(what =>
                what switch
                {
                    "POST /v1/batches" => LaterCharges.Batch(
                        "validating",
                        ""","output_file_id":null,"usage":{"input_tokens":0,"output_tokens":0}"""
                    ),
                    "GET /v1/batches/batch_1" => LaterCharges.Batch("completed", rest),
                    "GET /v1/files/file-out/content" => LaterCharges.Results,
                    _ => null,
                }
            )
        );

    [Fact]
    public async Task Batch_ThatTellsItsUsage_IsChargedOnceAtHalfThePrice()
    {
        await using var upstream = await UpstreamAsync(
            ""","model":"gpt-4o-mini-2024-07-18","output_file_id":"file-out","usage":{"input_tokens":24,"input_tokens_details":{"cached_tokens":8},"output_tokens":10,"total_tokens":34}"""
        );
        await using var gateway = await TestGateway.StartAsync(upstream.Environment, configuration: LaterCharges.Shared);
        var (id, maker) = await gateway.NewKeyAsync(Draft);

        using var made = await MakeAsync(maker);
        for (var i = 0; i < 3; i++)
            await gateway.Client.GetStringAsync("/v1/batches/batch_1");
        (await maker.GetStringAsync("/v1/files/file-out/content")).ShouldBe(LaterCharges.Results);

        (await gateway.LedgerRowAsync(made)).CostNanoUsd.ShouldBe(0);
        var row = await gateway.LedgerRowAsync(made.RequestId() + ".result");
        row.KeyId.ShouldBe(id);
        row.Operation.ShouldBe("batch");
        row.UpstreamModel.ShouldBe("gpt-4o-mini-2024-07-18");
        row.Usage.TotalTokens.ShouldBe(34);
        row.CostNanoUsd.ShouldBe(CostOfResults);
        await RowsBecomeAsync(gateway, id, 3);
    }

    [Theory]
    [InlineData("file-out")]
    [InlineData("file-err")]
    public async Task FileOfABatch_AnotherKey_IsNotFound(string file)
    {
        await using var upstream = await FakeUpstream.StartAsync(
            LaterCharges.Answering(what =>
                what switch
                {
                    "POST /v1/batches" => LaterCharges.Batch("validating", ""),
                    "GET /v1/batches/batch_1" => LaterCharges.Batch(
                        "completed",
                        ""","output_file_id":"file-out","error_file_id":"file-err" """
                    ),
                    _ => LaterCharges.Results,
                }
            )
        );
        await using var gateway = await TestGateway.StartAsync(upstream.Environment);
        var (_, maker) = await gateway.NewKeyAsync(Draft);
        var (_, stranger) = await gateway.NewKeyAsync(Draft);
        using var made = await MakeAsync(maker);
        await maker.GetStringAsync("/v1/batches/batch_1");

        (await stranger.GetAsync($"/v1/files/{file}/content")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await maker.GetAsync($"/v1/files/{file}/content")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Batch_ThatTellsNone_IsChargedByTheLinesOfItsOutput()
    {
        await using var upstream = await UpstreamAsync(""","output_file_id":"file-out","usage":null""");
        await using var gateway = await TestGateway.StartAsync(upstream.Environment, configuration: LaterCharges.Shared);
        var (id, maker) = await gateway.NewKeyAsync(Draft);

        using var made = await MakeAsync(maker);
        await maker.GetStringAsync("/v1/batches/batch_1");
        await RowsBecomeAsync(gateway, id, 2);
        using var part = new HttpRequestMessage(HttpMethod.Get, "/v1/files/file-out/content") { Headers = { { "Range", "bytes=0-10" } } };
        (await (await maker.SendAsync(part)).Content.ReadAsStringAsync()).ShouldBe(LaterCharges.Results);
        upstream.Last.Headers.Keys.ShouldNotContain("Range");
        (await gateway.Client.GetStringAsync("/v1/files/file-out/content")).ShouldBe(LaterCharges.Results);

        var row = await gateway.LedgerRowAsync(made.RequestId() + ".result");
        row.KeyId.ShouldBe(id);
        row.ResponseModel.ShouldBe("gpt-4o-mini-2024-07-18");
        row.Usage.InputTokens.ShouldBe(24);
        row.Usage.CachedInputTokens.ShouldBe(8);
        row.Usage.OutputTokens.ShouldBe(10);
        row.CostNanoUsd.ShouldBe(CostOfResults);
        await RowsBecomeAsync(gateway, id, 4);
    }

    [Theory]
    [InlineData(0, 9000)]
    [InlineData(75, 2250)]
    public async Task Batch_OfAnUpstreamWithItsOwnDiscount_IsChargedWithThat(int percent, long cost)
    {
        await using var upstream = await UpstreamAsync(""","output_file_id":"file-out" """);
        await using var gateway = await TestGateway.StartAsync(
            yarpJson: $$$"""
            {"ReverseProxy":{"Clusters":{"a":{"Metadata":{"CatchAll":"true","BatchDiscount":"{{{percent}}}"},
              "Destinations":{"d":{"Address":"{{{upstream.Address}}}v1"} } } } } }
            """
        );

        using var made = await MakeAsync(gateway.Client);
        await gateway.Client.GetStringAsync("/v1/batches/batch_1");
        await gateway.Client.GetStringAsync("/v1/files/file-out/content");

        (await gateway.LedgerRowAsync(made.RequestId() + ".result")).CostNanoUsd.ShouldBe(cost);
    }

    [Fact]
    public async Task MessageBatch_IsChargedByItsResultsAModelARow()
    {
        static string Line(string model, int input) =>
            """{"custom_id":"a","result":{"type":"succeeded","message":{"id":"msg_1","model":"MODEL","content":[],"usage":{"input_tokens":INPUT,"output_tokens":10}}}}"""
                .Replace("MODEL", model)
                .Replace("INPUT", $"{input}") + "\n";
        await using var upstream = await FakeUpstream.StartAsync(
            LaterCharges.Answering(what =>
                what switch
                {
                    "POST /v1/messages/batches" => """{"id":"msgbatch_1","type":"message_batch","processing_status":"in_progress"}""",
                    "GET /v1/messages/batches/msgbatch_1" => """{"id":"msgbatch_1","type":"message_batch","processing_status":"ended"}""",
                    "GET /v1/messages/batches/msgbatch_1/results" => Line("claude-sonnet-4-5", 100)
                        + Line("claude-haiku-4-5", 50)
                        + Line("claude-sonnet-4-5", 200)
                        + """{"custom_id":"d","result":{"type":"errored","error":{"type":"invalid_request"}}}""",
                    _ => null,
                }
            )
        );
        await using var gateway = await TestGateway.StartAsync(upstream);
        gateway.Client.DefaultRequestHeaders.Add("anthropic-version", "2023-06-01");

        using var made = await gateway.Client.PostAsync("/v1/messages/batches", LaterCharges.Json("""{"requests":[]}"""));
        await gateway.Client.GetStringAsync("/v1/messages/batches/msgbatch_1");
        await gateway.Client.GetStringAsync("/v1/messages/batches/msgbatch_1/results");
        await gateway.Client.GetStringAsync("/v1/messages/batches/msgbatch_1/results");

        var sonnet = await gateway.LedgerRowAsync(made.RequestId() + ".result");
        sonnet.UpstreamModel.ShouldBe("claude-sonnet-4-5");
        sonnet.Usage.InputTokens.ShouldBe(300);
        sonnet.CostNanoUsd.ShouldBe((300 * 3000 + 20 * 15_000) / 2);
        var haiku = await gateway.LedgerRowAsync(made.RequestId() + ".result2");
        haiku.UpstreamModel.ShouldBe("claude-haiku-4-5");
        haiku.CostNanoUsd.ShouldBe((50 * 1000 + 10 * 5000) / 2);
    }

    [Fact]
    public async Task Output_ReadInPart_IsChargedWhenItIsReadWhole()
    {
        var cut = true;
        await using var upstream = await FakeUpstream.StartAsync(
            async (context, received) =>
            {
                if (!received.Target.EndsWith("/content", StringComparison.Ordinal))
                    await FakeUpstream.JsonAsync(
                        context,
                        LaterCharges.Batch(received.Method == "POST" ? "validating" : "completed", ""","output_file_id":"file-out" """)
                    );
                else if (cut)
                {
                    await FakeUpstream.StreamAsync(context, LaterCharges.Results[..200]);
                    context.Abort();
                }
                else
                    await FakeUpstream.StreamAsync(context, LaterCharges.Results);
            }
        );
        await using var gateway = await TestGateway.StartAsync(upstream);
        var (id, maker) = await gateway.NewKeyAsync(Draft);
        using var made = await MakeAsync(maker);
        await maker.GetStringAsync("/v1/batches/batch_1");

        await Should.ThrowAsync<HttpRequestException>(() => maker.GetStringAsync("/v1/files/file-out/content"));
        cut = false;
        (await maker.GetStringAsync("/v1/files/file-out/content")).ShouldBe(LaterCharges.Results);

        (await gateway.LedgerRowAsync(made.RequestId() + ".result")).CostNanoUsd.ShouldBe(CostOfResults);
        await RowsBecomeAsync(gateway, id, 5);
    }
}
