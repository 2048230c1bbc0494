using System.Net;
using PromptGateway.Chat;
using PromptGateway.Keys;
using PromptGateway.Tests.Gateway;

namespace PromptGateway.Tests.RateLimits;

/// <summary>Faults of limits that users of other gateways have met.</summary>
public sealed class LimitFieldReportTests
{
    private const string ConfiguredKey = "configured-key-0123456789abcdef";

    private static Task<HttpResponseMessage> ChatAsync(HttpClient client) =>
        client.PostAsync(ChatRequests.Path, ChatRequests.Json(ChatRequests.Plain));

    [Fact]
    public async Task Request_WithoutAMaximumOfTokens_IsAdmittedForAModestAnswer()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(upstream);
        var (_, client) = await AdminCalls.NewKeyAsync(gateway, ""","limits":[{"tokens":2000,"per":"day"}]""");

        (await ChatAsync(client)).StatusCode.ShouldBe(HttpStatusCode.OK);
        // What was not used has come back: more requests fit than reservations would.
        (await ChatAsync(client)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Answer_WithoutUsage_IsEstimatedChargedAndCounted()
    {
        await using var upstream = await FakeUpstream.StartAsync(
            (context, _) =>
                FakeUpstream.JsonAsync(
                    context,
                    """{"id":"c","object":"chat.completion","model":"gpt-4o-mini","choices":[{"index":0,"message":{"role":"assistant","content":"one two three four five six"},"finish_reason":"stop"}]}"""
                )
        );
        await using var gateway = await TestGateway.StartAsync(upstream);
        var (_, client) = await AdminCalls.NewKeyAsync(gateway, ""","limits":[{"tokens":100000,"per":"day"}]""");

        using var first = await ChatAsync(client);
        var row = await gateway.LedgerRowAsync(first);
        using var second = await ChatAsync(client);

        row.UsageSource.ShouldBe(UsageSource.Estimated);
        row.Usage.TotalTokens.ShouldBeGreaterThan(5);
        (await AdminCalls.MetricsAsync(gateway)).ShouldContain("promptgateway_usage_missing_total");
        long.Parse(second.Headers.GetValues("x-ratelimit-remaining-tokens").Single())
            .ShouldBeLessThanOrEqualTo(100_000 - row.Usage.TotalTokens);
    }

    [Fact]
    public async Task Callers_OfEveryOrigin_FallUnderTheSameRule()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(
            upstream.Environment,
            configuration: new()
            {
                ["RateLimits:0:Scope"] = "key",
                ["RateLimits:0:Requests"] = "1",
                ["RateLimits:0:Per"] = "day",
                ["Keys:0:Id"] = "key_configured",
                ["Keys:0:Name"] = "configured",
                ["Keys:0:Hash"] = Convert.ToHexStringLower(KeyHash.Of(ConfiguredKey).ToArray()),
            }
        );
        var (_, stored) = await AdminCalls.NewKeyAsync(gateway);

        foreach (var client in new[] { gateway.Client, gateway.NewClient(ConfiguredKey), stored })
        {
            (await ChatAsync(client)).StatusCode.ShouldBe(HttpStatusCode.OK);
            (await ChatAsync(client)).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        }
    }
}
