using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using PromptGateway.Admin;
using PromptGateway.Tests.Storage;
using PromptGateway.Usage;

namespace PromptGateway.Tests.Admin;

public sealed class UsageRoutesTests : IAsyncLifetime
{
    private RunningAdmin _admin = null!;

    public async Task InitializeAsync() => _admin = await RunningAdmin.StartAsync();

    public async Task DisposeAsync() => await _admin.DisposeAsync();

    [Fact]
    public async Task Report_DocumentedExample_HasTheDocumentedNumbers()
    {
        await _admin.Ledger.AppendAsync(
            [
                .. Enumerable.Range(0, 10).Select(i => SampleRows.Priced($"a{i}", "gpt-4o", 2_000_000)),
                .. Enumerable.Range(0, 5).Select(i => SampleRows.Priced($"b{i}", "gpt-4o-mini", 680_000)),
            ],
            default
        );

        var (status, body) = await _admin.GetAsync("/admin/usage?group_by=model&key=key_a&from=2026-11-21&to=2026-11-22T00:00:00Z");

        status.ShouldBe(200);
        body.GetProperty("total_requests").GetInt64().ShouldBe(15);
        body.GetProperty("total_cost_usd").GetRawText().ShouldBe("0.0234");
        body.GetProperty("total_cost_nano_usd").GetInt64().ShouldBe(23_400_000);
        body.GetProperty("avg_cost_per_request").GetRawText().ShouldBe("0.00156");
        body.GetProperty("cost_by_model").GetRawText().ShouldBe("""{"gpt-4o":0.02,"gpt-4o-mini":0.0034}""");
        body.GetProperty("from").GetString().ShouldBe("2026-11-21T00:00:00Z");
        body.GetProperty("groups")
            .EnumerateArray()
            .Select(group => group.GetProperty("group").GetString())
            .ShouldBe(["gpt-4o", "gpt-4o-mini"]);
        body.GetProperty("latency_ms").GetProperty("p95").GetDouble().ShouldBe(1);
        body.GetProperty("first_token_ms").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task Report_UnknownPrice_IsNullNotZero()
    {
        await _admin.Ledger.AppendAsync([SampleRows.Priced("1", "local", 0) with { CostNanoUsd = null }], default);

        var (_, body) = await _admin.GetAsync("/admin/usage");

        body.GetProperty("cost_by_model").GetProperty("local").ValueKind.ShouldBe(JsonValueKind.Null);
        body.GetProperty("unpriced_requests").GetInt64().ShouldBe(1);
        body.GetProperty("groups").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task Report_EmptyLedger_IsZero()
    {
        var (status, body) = await _admin.GetAsync("/admin/usage?group_by=day");
        (status, body.GetProperty("total_requests").GetInt64()).ShouldBe((200, 0));
    }

    [Theory]
    [InlineData("none")]
    [InlineData("key")]
    [InlineData("team")]
    [InlineData("model")]
    [InlineData("upstream")]
    [InlineData("day")]
    [InlineData("month")]
    public async Task Report_EveryGrouping_IsAcceptedInBothFormats(string grouping)
    {
        await _admin.Ledger.AppendAsync([SampleRows.Full("1") with { Usage = default }], default);

        (await _admin.GetAsync($"/admin/usage?group_by={grouping}")).Body.GetProperty("group_by").GetString().ShouldBe(grouping);
        (await _admin.Client.GetStringAsync($"/admin/usage?group_by={grouping}&format=csv")).Split("\r\n").Length.ShouldBe(3);
    }

    [Fact]
    public async Task Report_AsCsv_QuotesAndDefusesWhatCallersNamed()
    {
        await _admin.Ledger.AppendAsync(
            [SampleRows.Priced("1", "=HYPERLINK(\"http://evil\",\"x\")", 1_500_000_000), SampleRows.Priced("2", "a,b\"c", 1)],
            default
        );

        using var response = await _admin.Client.GetAsync("/admin/usage?group_by=model&format=csv");
        var lines = (await response.Content.ReadAsStringAsync()).Split("\r\n");

        response.Content.Headers.ContentType!.ToString().ShouldBe("text/csv; charset=utf-8");
        lines[0].ShouldStartWith("group,name,requests,errors,input_tokens");
        lines[1].ShouldStartWith("\"'=HYPERLINK(\"\"http://evil\"\",\"\"x\"\")\",,1,0,10,");
        lines[1].ShouldContain(",1.5,1500000000,");
        lines[2].ShouldStartWith("\"a,b\"\"c\",,1,0,");
        lines.Length.ShouldBe(4);
    }

    [Theory]
    [InlineData("group_by=hour")]
    [InlineData("group_by=MODEL")]
    [InlineData("format=xml")]
    [InlineData("from=yesterday")]
    [InlineData("from=2026-13-01")]
    [InlineData("from=2026-11-22&to=2026-11-21")]
    [InlineData("from=2026-11-21&to=2026-11-21")]
    [InlineData("key=a&key=b")]
    [InlineData("key=")]
    [InlineData("modle=gpt-4o")]
    public async Task Report_QueryThatMakesNoSense_IsA400(string query)
    {
        var (status, body) = await _admin.GetAsync("/admin/usage?" + query);
        status.ShouldBe(400);
        body.GetProperty("errors").EnumerateObject().ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Report_SeveralFaults_AreAllNamed()
    {
        var (_, body) = await _admin.GetAsync("/admin/usage?group_by=x&from=y&to=z&foo=1");
        body.GetProperty("errors").EnumerateObject().Select(error => error.Name).Order().ShouldBe(["foo", "from", "group_by", "to"]);
    }

    [Fact]
    public async Task Find_KnownRequest_GivesTheWholeRow()
    {
        await _admin.Ledger.AppendAsync([SampleRows.Full("req-1")], default);

        var (status, body) = await _admin.GetAsync("/admin/usage/requests/req-1");

        status.ShouldBe(200);
        body.GetProperty("request_id").GetString().ShouldBe("req-1");
        body.GetProperty("cost_usd").GetRawText().ShouldBe("0.123456789");
        body.GetProperty("usage_source").GetString().ShouldBe("drained");
        body.GetProperty("cache_write_tokens").GetInt64().ShouldBe(50);
        body.GetProperty("duration_ms").GetDouble().ShouldBe(1234.567);
        body.GetProperty("first_token_ms").GetDouble().ShouldBe(234.567);
        body.EnumerateObject().Count().ShouldBe(typeof(UsageRecordView).GetProperties().Length);
    }

    [Fact]
    public async Task Find_UnknownRequest_IsA404() => (await _admin.GetAsync("/admin/usage/requests/req-none")).Status.ShouldBe(404);

    [Fact]
    public async Task Report_DatabaseFails_IsA503WithoutItsMessage()
    {
        await using var broken = await RunningAdmin.StartAsync(services => services.AddSingleton<IUsageLog>(new BrokenLedger()));

        var (status, body) = await broken.GetAsync("/admin/usage");

        status.ShouldBe(503);
        body.GetRawText().ShouldNotContain(BrokenLedger.Message);
        broken.Log.Lines.ShouldContain(line => line.Text.Contains(BrokenLedger.Message));
        (await broken.GetAsync("/admin/usage/requests/1")).Status.ShouldBe(500);
    }

    [Fact]
    public async Task OpenApi_Document_NamesEveryRouteInSnakeCase()
    {
        var (status, body) = await _admin.GetAsync("/admin/openapi.json");

        status.ShouldBe(200);
        body.GetProperty("openapi").GetString()!.ShouldStartWith("3.");
        body.GetProperty("paths")
            .EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(method => $"{method.Name} {path.Name}"))
            .Order(StringComparer.Ordinal)
            .ShouldBe([
                "delete /admin/budgets/raises/{id}",
                "delete /admin/budgets/rules/{id}",
                "delete /admin/keys/{id}",
                "delete /admin/limits/{id}",
                "get /admin/budgets",
                "get /admin/budgets/raises",
                "get /admin/budgets/rules",
                "get /admin/budgets/rules/{id}",
                "get /admin/keys",
                "get /admin/keys/{id}",
                "get /admin/limits",
                "get /admin/limits/{id}",
                "get /admin/optimization/report",
                "get /admin/optimization/switches",
                "get /admin/usage",
                "get /admin/usage/requests/{requestId}",
                "patch /admin/keys/{id}",
                "post /admin/budgets/{id}/raise",
                "post /admin/keys",
                "post /admin/keys/{id}/revoke",
                "post /admin/keys/{id}/rotate",
                "post /admin/optimization/switches/reset",
                "put /admin/budgets/rules/{id}",
                "put /admin/limits/{id}",
            ]);
        var text = body.GetRawText();
        text.ShouldContain("\"expires_at\"");
        text.ShouldContain("\"cost_nano_usd\"");
        text.ShouldContain("\"grace_seconds\"");
        text.ShouldContain("\"name\": \"group_by\"");
        text.ShouldNotContain("\"hash\"", Case.Insensitive);
        body.GetProperty("components").GetProperty("securitySchemes").TryGetProperty("adminKey", out _).ShouldBeTrue();
    }
}
