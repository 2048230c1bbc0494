using System.Net;
using PromptGateway.Metrics;
using PromptGateway.RateLimits;
using PromptGateway.Tests.Gateway;

namespace PromptGateway.Tests.RateLimits;

/// <summary>Limits of upstreams count where the request really went.</summary>
public sealed class LimitFailoverTests
{
    private static Task<TestGateway> StartAsync(FakeUpstream second, params (string Key, string Value)[] rules) =>
        TestGateway.StartAsync(
            // Nobody listens on the discard port: the connection fails at once.
            yarpJson: YarpFile.Clusters(
                YarpFile.Cluster("a-dead", [new Uri("http://127.0.0.1:9")], ("CatchAll", "false"), ("Models", "gpt-4o-mini")),
                YarpFile.Cluster("b-alive", [second.Address], ("CatchAll", "false"), ("Models", "gpt-4o-mini"))
            ),
            configuration: rules.ToDictionary(rule => "RateLimits:" + rule.Key, rule => (string?)rule.Value)
        );

    private static Task<HttpResponseMessage> ChatAsync(TestGateway gateway) =>
        gateway.Client.PostAsync(ChatRequests.Path, ChatRequests.Json(ChatRequests.Plain));

    [Fact]
    public async Task Failover_ToTheSecondUpstream_IsChargedThereAndNotAtTheFirst()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await StartAsync(
            upstream,
            ("0:Scope", "upstream"),
            ("0:Match", "*"),
            ("0:Requests", "4"),
            ("0:Per", "day"),
            ("1:Scope", "gateway"),
            ("1:Requests", "100"),
            ("1:Per", "day")
        );

        for (var i = 0; i < 3; i++)
            (await ChatAsync(gateway)).StatusCode.ShouldBe(HttpStatusCode.OK);

        var shares = gateway
            .Services.GetService(typeof(LimitedSubjects))
            .ShouldBeOfType<LimitedSubjects>()
            .Headroom(DateTimeOffset.UtcNow)
            .Where(limit => limit.Scope == "upstream")
            .Select(limit => limit.Share);
        shares.Order().ShouldBe([0.25, 1]);
    }

    [Fact]
    public async Task Failover_ToAnUpstreamAtItsLimit_IsRefusedInItsName()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await StartAsync(
            upstream,
            ("0:Scope", "upstream"),
            ("0:Match", "b-*"),
            ("0:Requests", "1"),
            ("0:Per", "day")
        );

        (await ChatAsync(gateway)).StatusCode.ShouldBe(HttpStatusCode.OK);
        var refused = await ChatAsync(gateway);

        refused.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        (await AdminCalls.ErrorAsync(refused))["message"]!.GetValue<string>().ShouldContain("the upstream 'b-alive'");
        (await AdminCalls.MetricsAsync(gateway)).ShouldContain(
            "promptgateway_limit_refusals_total{kind=\"requests\",scope=\"upstream\"} 1"
        );
    }
}
