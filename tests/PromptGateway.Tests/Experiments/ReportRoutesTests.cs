using System.Net;
using System.Text.Json.Nodes;
using PromptGateway.Tests.Gateway;
using PromptGateway.Tests.Prompts;

namespace PromptGateway.Tests.Experiments;

/// <summary><c>GET /admin/optimization/report</c> in a running gateway.</summary>
public sealed class ReportRoutesTests
{
    private const string Path = "/admin/optimization/report";

    [Fact]
    public async Task Report_OverRequestsThatWereOptimized_ShowsThemByEveryGrouping()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(upstream);
        var body = RandomPrompts.WithResultBehindManual(
            "[\n  { \"id\":   1 },\n  { \"id\":   2 },\n  { \"id\":   3 },\n  { \"id\":   4 }\n]"
        );
        using var response = await gateway.Client.PostAsync(
            ChatRequests.Path,
            ChatRequests.Raw(
                System.Text.Encoding.UTF8.GetBytes(
                    System.Text.Encoding.UTF8.GetString(body).Replace("\"m\"", "\"gpt-4o-mini\"", StringComparison.Ordinal)
                )
            )
        );
        response.EnsureSuccessStatusCode();
        await gateway.LedgerRowAsync(response);

        foreach (var grouping in (string[])["policy", "key", "team", "model", "operation"])
        {
            var report = await ReadAsync(gateway, "?group_by=" + grouping);
            report["group_by"]!.GetValue<string>().ShouldBe(grouping);
            report["groups"]!.AsArray().Count.ShouldBe(1, grouping);
        }
        var total = (await ReadAsync(gateway, ""))["total"]!;
        total["applied"]!.GetValue<int>().ShouldBe(1);
        total["measured"]!["input_tokens_after"]!.GetValue<int>().ShouldBe(12);
        total["estimated"]!["tokens_saved"]!.GetValue<int>().ShouldBeGreaterThan(0);
        (await ReadAsync(gateway, "?group_by=transform"))["parts"]![0]!["group"]!.GetValue<string>().ShouldBe("json-compact");
        var kind = (await ReadAsync(gateway, "?group_by=content_kind"))["parts"]![0]!;
        kind["group"]!.GetValue<string>().ShouldBe("json");
        (kind["tokens_before"]!.GetValue<int>() - kind["tokens_after"]!.GetValue<int>()).ShouldBe(kind["tokens_saved"]!.GetValue<int>());
        var csv = await gateway.Management.GetStringAsync(Path + "?format=csv");
        csv.ShouldStartWith("group,name,requests,applied,");
        csv.ShouldContain("\r\nsafe,,1,1,");
        (await gateway.Management.GetStringAsync(Path + "?format=csv-arms")).ShouldStartWith("policy,figure,method,");
    }

    [Fact]
    public async Task Report_OfAnEmptyLedger_IsEmptyAndNoFault()
    {
        await using var gateway = await TestGateway.StartAsync();

        var report = await ReadAsync(gateway, "?from=2026-01-01&to=2026-02-01&policy=safe&key=k&team=t&model=m");

        report["total"]!["requests"]!.GetValue<int>().ShouldBe(0);
        report["groups"]!.AsArray().ShouldBeEmpty();
        report["arms"]!.AsArray().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("?group_by=colour")]
    [InlineData("?from=yesterday")]
    [InlineData("?from=2026-02-01&to=2026-01-01")]
    [InlineData("?format=xml")]
    [InlineData("?police=safe")]
    public async Task Report_WithBadParameters_SaysWhichAndWhy(string query)
    {
        await using var gateway = await TestGateway.StartAsync();

        var response = await gateway.Management.GetAsync(Path + query);

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        JsonNode.Parse(await response.Content.ReadAsStringAsync())!["errors"]!.AsObject().Count.ShouldBe(1);
    }

    [Fact]
    public async Task Report_ByPartsAsCsv_HasTheSameColumnsWhenThereAreNone()
    {
        await using var gateway = await TestGateway.StartAsync();

        foreach (var grouping in (string[])["content_kind", "transform"])
            (await gateway.Management.GetStringAsync($"{Path}?group_by={grouping}&format=csv")).ShouldStartWith(
                "group,requests,estimated_tokens_before,"
            );
    }

    [Fact]
    public async Task Report_WithoutTheAdminKey_IsRefused()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var stranger = new HttpClient { BaseAddress = gateway.ManagementAddress };

        (await stranger.GetAsync(Path)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    private static async Task<JsonNode> ReadAsync(TestGateway gateway, string query)
    {
        var response = await gateway.Management.GetAsync(Path + query);
        var text = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(HttpStatusCode.OK, text);
        return JsonNode.Parse(text)!;
    }
}
