using System.Net;
using System.Text.Json.Nodes;
using PromptGateway.Chat;
using PromptGateway.Tests.Gateway;

namespace PromptGateway.Tests.Forwarding;

/// <summary>Error answers of an upstream.</summary>
public sealed class UpstreamErrorTests
{
    private const string Error =
        """{"error":{"message":"Rate limit reached for gpt-4o","type":"requests","param":null,"code":"rate_limit_exceeded"}}""";

    [Theory]
    [InlineData(400, 400)]
    [InlineData(404, 404)]
    [InlineData(409, 409)]
    [InlineData(422, 422)]
    [InlineData(429, 429)]
    [InlineData(500, 500)]
    [InlineData(503, 503)]
    [InlineData(529, 503)]
    public async Task ErrorStatus_PassesWithItsBody(int sent, int received)
    {
        await using var upstream = await FakeUpstream.StartAsync((context, _) => FakeUpstream.JsonAsync(context, Error, sent));
        await using var gateway = await TestGateway.StartAsync(upstream);

        var answer = await gateway.Client.PostAsync(ChatRequests.Path, ChatRequests.Json(ChatRequests.Plain));

        ((int)answer.StatusCode).ShouldBe(received);
        (await answer.Content.ReadAsStringAsync()).ShouldBe(Error);
        answer.Headers.GetValues("x-promptgateway-error-source").ShouldBe(["upstream"]);
        (answer.Headers.RetryAfter?.Delta).ShouldBe(received is 429 or 503 ? TimeSpan.FromSeconds(1) : null);
        upstream.Received.Count.ShouldBe(1);
        var row = await gateway.LedgerRowAsync(answer);
        row.Outcome.ShouldBe("upstream_error");
        row.UsageSource.ShouldBe(UsageSource.None);
        row.CostNanoUsd.ShouldBe(0);
    }

    [Fact]
    public async Task RetryAfterOfTheUpstream_IsKept()
    {
        await using var upstream = await FakeUpstream.StartAsync(
            (context, _) =>
            {
                context.Response.Headers.RetryAfter = "17";
                context.Response.Headers["retry-after-ms"] = "16500";
                return FakeUpstream.JsonAsync(context, Error, 429);
            }
        );
        await using var gateway = await TestGateway.StartAsync(upstream);

        var answer = await gateway.Client.PostAsync(ChatRequests.Path, ChatRequests.Json(ChatRequests.Plain));

        answer.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(17));
        answer.Headers.GetValues("retry-after-ms").ShouldBe(["16500"]);
    }

    [Fact]
    public async Task Overload529_OfMessages_StaysAsAnthropicClientsKnowIt()
    {
        const string error = """{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}""";
        await using var upstream = await FakeUpstream.StartAsync((context, _) => FakeUpstream.JsonAsync(context, error, 529));
        await using var gateway = await TestGateway.StartAsync(upstream);

        var answer = await gateway.Client.PostAsync("/v1/messages", ChatRequests.Json(MessagesStreamTests.Request));

        ((int)answer.StatusCode).ShouldBe(529);
        (await answer.Content.ReadAsStringAsync()).ShouldBe(error);
    }

    [Fact]
    public async Task CredentialsRefused_Is502WithoutTheKey()
    {
        await using var upstream = await FakeUpstream.StartAsync(
            (context, _) =>
                FakeUpstream.JsonAsync(context, $$$"""{"error":{"message":"Incorrect API key provided: {{{FakeUpstream.Secret}}}"}}""", 401)
        );
        await using var gateway = await TestGateway.StartAsync(upstream);

        var answer = await gateway.Client.PostAsync(ChatRequests.Path, ChatRequests.Json(ChatRequests.Plain));

        answer.StatusCode.ShouldBe(HttpStatusCode.BadGateway);
        var text = await answer.Content.ReadAsStringAsync();
        text.ShouldNotContain(FakeUpstream.Secret);
        JsonNode.Parse(text)!["error"]!["code"]!.GetValue<string>().ShouldBe("upstream_authentication_failed");
        answer.Headers.GetValues("x-should-retry").ShouldBe(["false"]);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(403)]
    [InlineData(500)]
    public async Task SecretInAnError_IsMasked(int status)
    {
        await using var upstream = await FakeUpstream.StartAsync(
            (context, _) => FakeUpstream.JsonAsync(context, $$$"""{"error":{"message":"key {{{FakeUpstream.Secret}}} is bad"}}""", status)
        );
        await using var gateway = await TestGateway.StartAsync(upstream);

        var answer = await gateway.Client.PostAsync(ChatRequests.Path, ChatRequests.Json(ChatRequests.Plain));

        (await answer.Content.ReadAsStringAsync()).ShouldBe("""{"error":{"message":"key *** is bad"}}""");
    }

    [Fact]
    public async Task SecretInAResponseHeader_NeverComesBack()
    {
        await using var upstream = await FakeUpstream.StartAsync(
            (context, _) =>
            {
                context.Response.Headers["x-debug-key"] = "Bearer " + FakeUpstream.Secret;
                return FakeUpstream.JsonAsync(context, Error, 400);
            }
        );
        await using var gateway = await TestGateway.StartAsync(upstream);

        var answer = await gateway.Client.PostAsync(ChatRequests.Path, ChatRequests.Json(ChatRequests.Plain));

        answer.Headers.ToString().ShouldNotContain(FakeUpstream.Secret);
    }

    [Fact]
    public async Task HtmlErrorPage_Passes()
    {
        await using var upstream = await FakeUpstream.StartAsync(
            async (context, _) =>
            {
                context.Response.StatusCode = 502;
                context.Response.ContentType = "text/html";
                await Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(context.Response, "<h1>Bad gateway</h1>");
            }
        );
        await using var gateway = await TestGateway.StartAsync(upstream);

        var answer = await gateway.Client.PostAsync(ChatRequests.Path, ChatRequests.Json(ChatRequests.Plain));

        answer.StatusCode.ShouldBe(HttpStatusCode.BadGateway);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/html");
        (await answer.Content.ReadAsStringAsync()).ShouldBe("<h1>Bad gateway</h1>");
    }

    [Fact]
    public async Task ErrorBodyThatBreaksOff_IsAGatewayError()
    {
        await using var upstream = new RawUpstream(
            (socket, _) =>
                RawUpstream.SendAsync(socket, "HTTP/1.1 500 Oops\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{\"err")
        );
        await using var gateway = await TestGateway.StartAsync(upstream.Environment);

        var answer = await gateway.Client.PostAsync(ChatRequests.Path, ChatRequests.Json(ChatRequests.Plain));

        ((int)answer.StatusCode).ShouldBeInRange(500, 504);
        JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["error"].ShouldNotBeNull();
    }
}
