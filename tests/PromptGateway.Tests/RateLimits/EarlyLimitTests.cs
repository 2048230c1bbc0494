using System.Net;
using PromptGateway.RateLimits;
using PromptGateway.Tests.Gateway;

namespace PromptGateway.Tests.RateLimits;

/// <summary>What is refused before its body is read.</summary>
public sealed class EarlyLimitTests
{
    [Fact]
    public async Task Request_BeyondTheLimitOfItsKey_IsRefusedBeforeItsBodyComes()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(
            upstream.Environment,
            configuration: new()
            {
                ["RateLimits:0:Scope"] = "key",
                ["RateLimits:0:Requests"] = "1",
                ["RateLimits:0:Per"] = "day",
            }
        );
        (await gateway.Client.PostAsync(ChatRequests.Path, ChatRequests.Json(ChatRequests.Plain))).StatusCode.ShouldBe(HttpStatusCode.OK);

        // Of the body only its beginning ever comes: nothing but a refusal without it can be an answer.
        using var client = await RawClient.ConnectAsync(gateway);
        await client.SendAsync(RawClient.Head(ChatRequests.Path, "Content-Length: 20000000\r\n") + "{\"model\":\"gpt-4o-mini\"");
        var (status, head, _) = await client.ReadAnswerAsync().WaitAsync(TimeSpan.FromSeconds(30));

        status.ShouldBe(429);
        head.ShouldContain("Retry-After: ");
        upstream.Received.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Request_RefusedForItsBody_CountsNowhere()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(upstream);
        var (_, client) = await AdminCalls.NewKeyAsync(
            gateway,
            ""","limits":[{"requests":1,"per":"day"},{"concurrent":1},{"tokens":100000,"per":"day"}]"""
        );

        for (var i = 0; i < 5; i++)
            (await client.PostAsync(ChatRequests.Path, ChatRequests.Json("{not json"))).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await client.PostAsync(ChatRequests.Path, ChatRequests.Json(ChatRequests.Plain))).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await client.PostAsync(ChatRequests.Path, ChatRequests.Json(ChatRequests.Plain))).StatusCode.ShouldBe(
            HttpStatusCode.TooManyRequests
        );
        client.Dispose();
    }

    [Fact]
    public async Task Slots_OfRequestsRefusedForConcurrency_LeaveTheRequestWindowAlone()
    {
        await using var paced = await PacedUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(paced.Upstream.Environment);
        var (_, client) = await AdminCalls.NewKeyAsync(gateway, ""","limits":[{"concurrent":1},{"requests":3,"per":"day"}]""");
        using var open = new HttpRequestMessage(HttpMethod.Post, ChatRequests.Path) { Content = ChatRequests.Json(ChatRequests.Stream()) };
        var opening = client.SendAsync(open, HttpCompletionOption.ResponseHeadersRead);
        await paced.SendAsync(ChatAnswers.Text("Hi"));
        var first = await opening;

        for (var i = 0; i < 5; i++)
        {
            var refused = await client.PostAsync(ChatRequests.Path, ChatRequests.Json(ChatRequests.Plain));
            refused.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
            refused.Headers.GetValues("x-ratelimit-remaining-requests").ShouldBe(["2"]);
        }
        first.Dispose();
        var subjects = (LimitedSubjects)gateway.Services.GetService(typeof(LimitedSubjects))!;
        await Eventually.BecomesAsync(() => subjects.SlotsInUse == 0);
        client.Dispose();
    }
}
