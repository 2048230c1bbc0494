using System.Net;
using PromptGateway.Tests.Gateway;

namespace PromptGateway.Tests.Objects;

/// <summary>What goes on from something made before goes to the account that has it (field reports 100 and 101).</summary>
public sealed class HomeUpstreamTests
{
    private const string Model = "gpt-4o";
    private static readonly string Whole = LaterCharges.Response("completed", LaterCharges.ResponseUsage);

    private static Task<FakeUpstream> UpstreamAsync() =>
        FakeUpstream.StartAsync(
            (context, received) =>
                received.Text.Contains("\"stream\":true", StringComparison.Ordinal)
                    ? FakeUpstream.StreamAsync(context, Event("response.created"), Event("response.completed"))
                : received.Target == "/v1/files" ? FakeUpstream.JsonAsync(context, """{"id":"file-1","object":"file"}""")
                : FakeUpstream.JsonAsync(context, Whole)
        );

    private static string Event(string type) =>
        $$"""event: {{type}}{{"\n"}}data: {"type":"{{type}}","sequence_number":0,"response":{{Whole}}}{{"\n\n"}}""";

    private static Task<TestGateway> GatewayAsync(FakeUpstream first, FakeUpstream second, string access) =>
        TestGateway.StartAsync(
            yarpJson: YarpFile.Clusters(
                YarpFile.Cluster("a", [first.Address], ("Models", Model)),
                YarpFile.Cluster("b", [second.Address], ("Models", Model))
            ),
            configuration: new() { ["Objects:Access"] = access }
        );

    [Theory]
    [InlineData("team", false)]
    [InlineData("team", true)]
    [InlineData("shared", false)]
    public async Task Response_MadeAtTheSecondUpstream_IsContinuedThere(string access, bool stream)
    {
        await using var first = await UpstreamAsync();
        await using var second = await UpstreamAsync();
        await using var gateway = await GatewayAsync(first, second, access);
        var more = stream ? ",\"stream\":true" : "";

        using var made = await gateway.Client.PostAsync(
            "/v1/responses",
            LaterCharges.Json($$"""{"model":"b/{{Model}}","input":"Hi"{{more}}}""")
        );
        await made.Content.ReadAsStringAsync();
        using var next = await gateway.Client.PostAsync(
            "/v1/responses",
            LaterCharges.Json($$"""{"model":"{{Model}}","input":"Go on","previous_response_id":"resp_1"}""")
        );

        next.StatusCode.ShouldBe(HttpStatusCode.OK);
        second.Received.Count.ShouldBe(2);
        first.Received.ShouldBeEmpty();
        (await gateway.LedgerRowAsync(next)).Upstream.ShouldBe("b");
    }

    [Fact]
    public async Task Batch_OfAFileAtTheSecondUpstream_IsMadeThere()
    {
        await using var first = await UpstreamAsync();
        await using var second = await UpstreamAsync();
        await using var gateway = await GatewayAsync(first, second, "team");
        using var upload = new HttpRequestMessage(HttpMethod.Post, "/v1/files") { Content = new ByteArrayContent([1]) };
        upload.Headers.Add("X-PromptGateway-Upstream", "b");
        await gateway.Client.SendAsync(upload);

        await gateway.Client.PostAsync("/v1/batches", LaterCharges.Json("""{"input_file_id":"file-1"}"""));

        second.Received.Select(request => request.Target).ShouldBe(["/v1/files", "/v1/batches"]);
        first.Received.ShouldBeEmpty();
    }

    [Fact]
    public async Task Response_OfNobodyWhoIsKnown_GoesWhereItsModelGoes()
    {
        await using var first = await UpstreamAsync();
        await using var second = await UpstreamAsync();
        await using var gateway = await GatewayAsync(first, second, "team");

        using var next = await gateway.Client.PostAsync(
            "/v1/responses",
            LaterCharges.Json($$"""{"model":"{{Model}}","input":"Go on","previous_response_id":"resp_of_old"}""")
        );

        next.StatusCode.ShouldBe(HttpStatusCode.OK);
        first.Received.Count.ShouldBe(1);
    }
}
