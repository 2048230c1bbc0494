using System.Net;
using System.Text;
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
        await using var gateway = await TestGateway.StartAsync(upstream);
        var (_, client) = await AdminCalls.NewKeyAsync(gateway, ""","limits":[{"requests":1,"per":"day"}]""");
        (await client.PostAsync(ChatRequests.Path, ChatRequests.Json(ChatRequests.Plain))).StatusCode.ShouldBe(HttpStatusCode.OK);

        // The body never ends: only a refusal without it can be an answer.
        using var body = new EndlessContent();
        using var request = new HttpRequestMessage(HttpMethod.Post, ChatRequests.Path) { Content = body };
        var answer = await client.SendAsync(request).WaitAsync(TimeSpan.FromSeconds(30));

        answer.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        answer.Headers.RetryAfter.ShouldNotBeNull();
        upstream.Received.Count.ShouldBe(1);
        client.Dispose();
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
        var first = await client.SendAsync(open, HttpCompletionOption.ResponseHeadersRead);

        for (var i = 0; i < 5; i++)
        {
            var refused = await client.PostAsync(ChatRequests.Path, ChatRequests.Json(ChatRequests.Plain));
            refused.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
            refused.Headers.GetValues("x-ratelimit-remaining-requests").ShouldBe(["2"]);
        }
        first.Dispose();
        var subjects = (LimitedSubjects)gateway.Services.GetService(typeof(LimitedSubjects))!;
        for (var i = 0; i < 500 && subjects.SlotsInUse > 0; i++)
            await Task.Delay(10);

        subjects.SlotsInUse.ShouldBe(0);
        client.Dispose();
    }

    private sealed class EndlessContent : HttpContent
    {
        private readonly TaskCompletionSource _never = new();

        public EndlessContent() => Headers.ContentType = new("application/json");

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(Encoding.UTF8.GetBytes("""{"model":"gpt-4o-mini","messages":["""));
            await stream.FlushAsync();
            await _never.Task;
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 50_000_000;
            return true;
        }

        protected override void Dispose(bool disposing)
        {
            _never.TrySetCanceled();
            base.Dispose(disposing);
        }
    }
}
