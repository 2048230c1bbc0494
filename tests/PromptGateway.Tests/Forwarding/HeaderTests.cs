using PromptGateway.Tests.Gateway;

namespace PromptGateway.Tests.Forwarding;

/// <summary>Which headers pass, in both directions.</summary>
public sealed class HeaderTests
{
    private const string Canary = "canary-7d1f";

    [Fact]
    public async Task CanaryInEveryPrivateHeader_NeverReachesTheUpstream()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(upstream);
        using var client = await RawClient.ConnectAsync(gateway);
        string[] names =
        [
            "x-goog-api-key",
            "Cookie",
            "Accept-Encoding",
            "X-Forwarded-For",
            "X-Forwarded-Host",
            "X-Forwarded-Proto",
            "X-Forwarded-Prefix",
            "X-Real-IP",
            "Forwarded",
            "Via",
            "Origin",
            "Referer",
            "x-promptgateway-anything",
            "X-PromptGateway-Policy",
            "Proxy-Authorization",
            "Proxy-Connection",
            "Keep-Alive",
            "TE",
            "Trailer",
            "HTTP2-Settings",
            "x-nominated-one",
            "X-Nominated-Two",
            "x-request-id",
        ];
        var lines = string.Concat(names.Select(name => $"{name}: {Canary}\r\n"));

        await client.SendAsync(
            RawClient.Head(
                ChatRequests.Path,
                lines
                    + $"x-api-key: {TestGateway.ApiKey}\r\napi-key: {TestGateway.ApiKey}\r\n"
                    + $"Connection: foo, x-nominated-one\r\nConnection: x-nominated-two\r\nContent-Length: {ChatRequests.Plain.Length}\r\n"
            ) + ChatRequests.Plain
        );
        var answer = await client.ReadAnswerAsync();

        answer.Status.ShouldBe(200);
        var headers = upstream.Last.Headers;
        headers.Where(h => h.Value.Contains(Canary)).Select(h => h.Key).ShouldBeEmpty();
        headers.Values.ShouldAllBe(value => !value.Contains(TestGateway.ApiKey));
        headers["Authorization"].ShouldBe("Bearer " + FakeUpstream.Secret);
        headers["Host"].ShouldBe(upstream.Address.Authority);
        headers.Keys.ShouldNotContain("X-Forwarded-For");
        headers.Keys.ShouldNotContain("Connection");
    }

    [Fact]
    public async Task HeadersOfTheSdks_Pass()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(upstream);
        (string Name, string Value)[] sent =
        [
            ("anthropic-beta", "a-2025-01-01,b-2025-02-02"),
            ("OpenAI-Beta", "assistants=v2"),
            ("OpenAI-Organization", "org-1"),
            ("x-stainless-retry-count", "1"),
            ("x-codex-turn-metadata", """{"turn":1,"cwd":"/tmp"}"""),
            ("Idempotency-Key", "abc"),
            ("X-Client-Request-Id", "mine"),
            ("User-Agent", "OpenAI/JS 6.49.0"),
            ("Accept", "text/event-stream"),
            ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
        ];

        using var call = await StreamCall.OpenAsync(gateway, ChatRequests.Path, ChatRequests.Plain, sent);

        foreach (var (name, value) in sent[..^1])
            upstream.Last.Headers[name].ShouldBe(value);
        upstream.Last.Headers["traceparent"].ShouldContain("0af7651916cd43dd8448eb211c80319c");
    }

    [Fact]
    public async Task Expect_IsNotForwarded()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(upstream);
        using var client = await RawClient.ConnectAsync(gateway);

        await client.SendAsync(
            RawClient.Head(ChatRequests.Path, $"Expect: 100-continue\r\nContent-Length: {ChatRequests.Plain.Length}\r\n")
        );
        (await client.ReadAnswerAsync()).Status.ShouldBe(100);
        await client.SendAsync(ChatRequests.Plain);
        (await client.ReadAnswerAsync()).Status.ShouldBe(200);

        upstream.Last.Headers.Keys.ShouldNotContain("Expect");
    }

    [Fact]
    public async Task UpstreamHeaders_ComeBackUnderTheRules()
    {
        await using var upstream = await FakeUpstream.StartAsync(
            (context, _) =>
            {
                var headers = context.Response.Headers;
                headers["Set-Cookie"] = "__cf_bm=" + Canary;
                headers["Authorization"] = Canary;
                headers["x-api-key"] = Canary;
                headers["Server"] = Canary;
                headers["Alt-Svc"] = Canary;
                headers["x-request-id"] = "req_upstream_1";
                headers["x-ratelimit-remaining-tokens"] = "149";
                headers["anthropic-ratelimit-requests-limit"] = "50";
                headers["openai-processing-ms"] = "12";
                headers["x-custom"] = "kept";
                return FakeUpstream.JsonAsync(context, ChatAnswers.Plain);
            }
        );
        await using var gateway = await TestGateway.StartAsync(upstream);

        var answer = await gateway.Client.PostAsync(ChatRequests.Path, ChatRequests.Json(ChatRequests.Plain));

        answer.Headers.ToString().ShouldNotContain(Canary);
        answer.Headers.GetValues("x-request-id").Single().ShouldStartWith("req_");
        answer.Headers.GetValues("x-request-id").Single().ShouldNotBe("req_upstream_1");
        answer.Headers.GetValues("x-upstream-request-id").ShouldBe(["req_upstream_1"]);
        answer.Headers.GetValues("x-upstream-ratelimit-remaining-tokens").ShouldBe(["149"]);
        answer.Headers.GetValues("x-upstream-anthropic-ratelimit-requests-limit").ShouldBe(["50"]);
        answer.Headers.Contains("x-ratelimit-remaining-tokens").ShouldBeFalse();
        answer.Headers.GetValues("openai-processing-ms").ShouldBe(["12"]);
        answer.Headers.GetValues("x-custom").ShouldBe(["kept"]);
        (await gateway.LedgerRowAsync(answer)).UpstreamRequestId.ShouldBe("req_upstream_1");
    }

    [Theory]
    [InlineData("my-id_1.2:3", true)]
    [InlineData("with space", false)]
    [InlineData("<script>", false)]
    public async Task RequestIdOfTheClient_ComesBackWhenItIsSane(string id, bool kept)
    {
        await using var gateway = await TestGateway.StartAsync();

        using var call = await StreamCall.OpenAsync(gateway, ChatRequests.Path, ChatRequests.Plain, ("x-request-id", id));

        (call.Response.Headers.GetValues("x-request-id").Single() == id).ShouldBe(kept);
    }

    [Fact]
    public async Task Messages_GoWithTheProvidersKeyAndTheClientsVersion()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(upstream);

        using var call = await StreamCall.OpenAsync(
            gateway,
            "/v1/messages?beta=true",
            MessagesStreamTests.Request,
            ("anthropic-version", "2026-10-21"),
            ("anthropic-beta", "x-1")
        );

        upstream.Last.Target.ShouldBe("/v1/messages?beta=true");
        upstream.Last.Headers["x-api-key"].ShouldBe(FakeUpstream.Secret);
        upstream.Last.Headers.Keys.ShouldNotContain("Authorization");
        upstream.Last.Headers["anthropic-version"].ShouldBe("2026-10-21");
        upstream.Last.Headers["anthropic-beta"].ShouldBe("x-1");
    }
}
