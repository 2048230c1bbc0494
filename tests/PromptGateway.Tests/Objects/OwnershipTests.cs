using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using PromptGateway.Objects;
using PromptGateway.Tests.Gateway;
using PromptGateway.Usage;

namespace PromptGateway.Tests.Objects;

/// <summary>Who may use what was made through the gateway on an account that its keys share.</summary>
public sealed class OwnershipTests
{
    private static Task<FakeUpstream> UpstreamAsync() =>
        FakeUpstream.StartAsync(
            LaterCharges.Answering(what =>
                what switch
                {
                    "POST /v1/files" => """{"id":"file-1","object":"file","purpose":"batch"}""",
                    "POST /v1/batches" => LaterCharges.Batch("validating", ""),
                    "POST /v1/responses" => LaterCharges.Response("completed", LaterCharges.ResponseUsage),
                    "POST /v1/uploads" => """{"id":"upload_1","object":"upload","status":"pending"}""",
                    "POST /v1/uploads/upload_1/complete" =>
                        """{"id":"upload_1","object":"upload","status":"completed","file":{"id":"file-2","object":"file"}}""",
                    "GET /v1/files" =>
                        """{"object":"list","data":[{"id":"file-old"},{"id":"file-1","bytes":1.50}],"first_id":"file-old","last_id":"file-1","has_more":true}""",
                    "GET /v1/batches" =>
                        """{"object":"list","data":[{"id":"batch_1","status":"completed","model":"gpt-4o","usage":{"input_tokens":10,"output_tokens":2}}],"has_more":false}""",
                    _ when what.StartsWith("GET", StringComparison.Ordinal) || what.StartsWith("DELETE", StringComparison.Ordinal) => "{}",
                    _ => null,
                }
            )
        );

    private static Task<TestGateway> GatewayAsync(FakeUpstream upstream, string access, string unknown = "shared") =>
        TestGateway.StartAsync(upstream.Environment, configuration: new() { ["Objects:Access"] = access, ["Objects:Unknown"] = unknown });

    private static async Task<HttpClient> KeyAsync(TestGateway gateway, string? team) =>
        (await gateway.NewKeyAsync(team is null ? """{"name":"k"}""" : $$"""{"name":"k","team":"{{team}}"}""")).Client;

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, string path) => (await client.GetAsync(path)).StatusCode;

    private static StringContent Upload() => new("bytes", Encoding.UTF8, "application/octet-stream");

    [Theory]
    [InlineData("key", HttpStatusCode.NotFound, HttpStatusCode.NotFound)]
    [InlineData("team", HttpStatusCode.OK, HttpStatusCode.NotFound)]
    [InlineData("shared", HttpStatusCode.OK, HttpStatusCode.OK)]
    public async Task Objects_OfOneKey_AreForOthersAsTheOperatorSays(string access, HttpStatusCode teamMate, HttpStatusCode stranger)
    {
        await using var upstream = await UpstreamAsync();
        await using var gateway = await GatewayAsync(upstream, access);
        var (maker, mate, other) = (await KeyAsync(gateway, "red"), await KeyAsync(gateway, "red"), await KeyAsync(gateway, "blue"));
        await maker.PostAsync("/v1/files", Upload());
        await maker.PostAsync("/v1/batches", LaterCharges.Json("""{"input_file_id":"file-1"}"""));
        using var response = await maker.PostAsync("/v1/responses", LaterCharges.Json("""{"model":"gpt-4o","input":"Hi"}"""));
        await maker.PostAsync("/v1/uploads", LaterCharges.Json("{}"));
        await maker.PostAsync("/v1/uploads/upload_1/complete", LaterCharges.Json("{}"));
        await gateway.LedgerRowAsync(response);

        foreach (
            var path in new[]
            {
                "/v1/files/file-1",
                "/v1/files//file-1/content",
                "/v1/batches/batch_1",
                "/v1/responses/resp_1",
                "/v1/files/file-2",
            }
        )
        {
            (await StatusAsync(maker, path)).ShouldBe(HttpStatusCode.OK, path);
            (await StatusAsync(mate, path)).ShouldBe(teamMate, path);
            (await StatusAsync(other, path)).ShouldBe(stranger, path);
        }
    }

    [Fact]
    public async Task Object_OfAnotherKey_CannotBeDeletedNorBuiltUpon()
    {
        await using var upstream = await UpstreamAsync();
        await using var gateway = await TestGateway.StartAsync(upstream);
        var (maker, other) = (await KeyAsync(gateway, null), await KeyAsync(gateway, null));
        await maker.PostAsync("/v1/files", Upload());
        using var made = await maker.PostAsync("/v1/responses", LaterCharges.Json("""{"model":"gpt-4o","input":"Hi"}"""));
        await gateway.LedgerRowAsync(made);
        var sent = upstream.Received.Count;

        (await other.DeleteAsync("/v1/files/file-1")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        foreach (
            var (path, body) in new[]
            {
                ("/v1/responses", """{"model":"gpt-4o","input":"Go on","previous_response_id":"resp_1"}"""),
                ("/v1/responses", """{"model":"gpt-4o","input":"Go on","previous_\u0072esponse_id":"resp_\u0031"}"""),
                ("/v1/responses", """{"model":"gpt-4o","input":"Go on","conversation":{"id":"file-1"}}"""),
                ("/v1/batches", """{"input_file_id":"file-1","endpoint":"/v1/chat/completions"}"""),
            }
        )
        {
            using var answer = await other.PostAsync(path, LaterCharges.Json(body));
            answer.StatusCode.ShouldBe(HttpStatusCode.NotFound, body);
            ((string)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["error"]!["code"]!).ShouldBe("object_not_found");
        }

        upstream.Received.Count.ShouldBe(sent);
        (await gateway.Services.GetRequiredService<IObjectStore>().FindAsync("file-1", default)).ShouldNotBeNull();
        using var own = await maker.PostAsync(
            "/v1/responses",
            LaterCharges.Json("""{"model":"gpt-4o","input":"Go on","previous_response_id":"resp_1"}""")
        );
        own.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    /// <summary>Servers decode once more, and resolve dots behind encoded slashes: nothing goes upstream that means another object there.</summary>
    [Theory]
    [InlineData("GET", "/v1/files/%2566ile-1")]
    [InlineData("GET", "/v1/files/file-own%2F..%2Ffile-1")]
    [InlineData("GET", "/v1/files/.%2Ffile-1")]
    [InlineData("GET", "/v1/files/file-own/%252e%252e/file-1")]
    [InlineData("GET", "/v1/files/file-own%5C..%5Cfile-1")]
    [InlineData("GET", "/v1/files/file-own/..;%2Ffile-1")]
    [InlineData("DELETE", "/v1/%2566iles/file-1")]
    [InlineData("POST", "/v1/files%2F..%2Fchat/completions")]
    [InlineData("POST", "/v1/files/%252e%252e/chat/completions")]
    [InlineData("POST", "/v1/responses/..%2Fresponses/compact")]
    public async Task Path_ThatServersReadInAnotherWay_GoesNowhere(string method, string path)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(upstream);
        using var client = await RawClient.ConnectAsync(gateway);

        await client.SendAsync(RawClient.Head(path, "Content-Length: 2\r\n", method) + "{}");
        var (status, _, body) = await client.ReadAnswerAsync();

        (status, upstream.Received.Select(request => request.Target).FirstOrDefault()).ShouldBe((400, null));
        body.ShouldContain("\"ambiguous_path\"");
    }

    [Theory]
    [InlineData("shared", HttpStatusCode.OK)]
    [InlineData("refused", HttpStatusCode.NotFound)]
    public async Task Object_ThatTheGatewayDoesNotKnow_FollowsItsRule(string unknown, HttpStatusCode expected)
    {
        await using var upstream = await UpstreamAsync();
        await using var gateway = await GatewayAsync(upstream, "team", unknown);
        using var response = await gateway.Client.PostAsync("/v1/responses", LaterCharges.Json("""{"model":"gpt-4o","input":"Hi"}"""));

        (await StatusAsync(gateway.Client, "/v1/files/file-old")).ShouldBe(expected);
        // Its row may not be in the ledger yet: it is waited for.
        (await StatusAsync(gateway.Client, "/v1/responses/resp_1")).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task List_HasWhatTheKeyMayUseAndKeepsItsBytes()
    {
        await using var upstream = await UpstreamAsync();
        await using var gateway = await GatewayAsync(upstream, "key", "refused");
        var (maker, other) = (await KeyAsync(gateway, null), await KeyAsync(gateway, null));
        await maker.PostAsync("/v1/files", Upload());

        (await maker.GetStringAsync("/v1/files?limit=2")).ShouldBe(
            """{"object":"list","data":[{"id":"file-1","bytes":1.50}],"first_id":"file-1","last_id":"file-1","has_more":true}"""
        );
        (await other.GetStringAsync("/v1/files")).ShouldBe(
            """{"object":"list","data":[],"first_id":null,"last_id":null,"has_more":true}"""
        );
    }

    /// <summary>Half a list could not be looked through, and half a result would not tell what it has cost.</summary>
    [Fact]
    public async Task Range_OfAList_IsNotAskedFor()
    {
        await using var upstream = await UpstreamAsync();
        await using var gateway = await TestGateway.StartAsync(upstream);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/files") { Headers = { { "Range", "bytes=0-" } } };

        using var answer = await gateway.Client.SendAsync(request);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        upstream.Last.Headers.Keys.ShouldNotContain("Range", StringComparer.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task List_WithUnknownObjectsShared_HasThemAndNotThoseOfOthers()
    {
        await using var upstream = await UpstreamAsync();
        await using var gateway = await TestGateway.StartAsync(upstream);
        var (maker, other) = (await KeyAsync(gateway, null), await KeyAsync(gateway, null));
        await maker.PostAsync("/v1/files", Upload());

        (await other.GetStringAsync("/v1/files")).ShouldBe(
            """{"object":"list","data":[{"id":"file-old"}],"first_id":"file-old","last_id":"file-old","has_more":true}"""
        );
    }

    [Fact]
    public async Task List_ThatCannotBeRead_IsShownToNobody()
    {
        await using var upstream = await FakeUpstream.StartAsync((context, _) => FakeUpstream.JsonAsync(context, """[{"id":"file-1"}]"""));
        await using var gateway = await TestGateway.StartAsync(upstream);

        (await gateway.Client.GetStringAsync("/v1/files")).ShouldBe("""{"object":"list","data":[],"has_more":false}""");
    }

    [Fact]
    public async Task List_OfBatches_ChargesThoseThatAreDone()
    {
        await using var upstream = await UpstreamAsync();
        await using var gateway = await GatewayAsync(upstream, "shared");
        using var made = await gateway.Client.PostAsync("/v1/batches", LaterCharges.Json("{}"));

        await gateway.Client.GetStringAsync("/v1/batches");
        await gateway.Client.GetStringAsync("/v1/batches");

        (await gateway.LedgerRowAsync(made.RequestId() + ".result")).CostNanoUsd.ShouldBe((10 * 2500 + 2 * 10_000) / 2);
    }

    [Fact]
    public async Task Refusal_ToAnAnthropicClient_HasItsShape()
    {
        await using var upstream = await UpstreamAsync();
        await using var gateway = await GatewayAsync(upstream, "key", "refused");
        gateway.Client.DefaultRequestHeaders.Add("anthropic-version", "2023-06-01");

        using var answer = await gateway.Client.GetAsync("/v1/messages/batches/msgbatch_1");

        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        var error = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        ((string)error["type"]!).ShouldBe("error");
        ((string)error["error"]!["type"]!).ShouldBe("not_found_error");
    }
}
