using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using PromptGateway.Tests.Gateway;

namespace PromptGateway.Tests.Forwarding;

/// <summary>
/// An upstream that sends its caller elsewhere: a client that followed would leave the gateway behind, and most clients take their key with
/// them (only <c>Authorization</c> is dropped on the way, <c>x-api-key</c> is not).
/// </summary>
public sealed class RedirectTests
{
    private static Task<FakeUpstream> UpstreamAsync(int status, Func<HttpContext, string> location) =>
        FakeUpstream.StartAsync(
            (context, _) =>
            {
                context.Response.StatusCode = status;
                context.Response.Headers.Location = location(context);
                return Task.CompletedTask;
            }
        );

    private static HttpClient NewClient(TestGateway gateway)
    {
        var client = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false })
        {
            BaseAddress = gateway.Address,
        };
        client.DefaultRequestHeaders.Add("x-api-key", TestGateway.ApiKey);
        return client;
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task Prompt_SentElsewhere_IsAFaultOfTheAddressAndNotFollowed(int status)
    {
        await using var upstream = await UpstreamAsync(status, _ => "https://api.example.com/v1/chat/completions?token=hidden");
        await using var gateway = await TestGateway.StartAsync(upstream);
        using var client = NewClient(gateway);

        using var answer = await client.PostAsync(ChatRequests.Path, ChatRequests.Json(ChatRequests.Plain));

        answer.StatusCode.ShouldBe(HttpStatusCode.BadGateway);
        answer.Headers.Location.ShouldBeNull();
        var error = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["error"]!;
        error["code"]!.GetValue<string>().ShouldBe("upstream_redirect");
        error["message"]!.GetValue<string>().ShouldContain("https://api.example.com/v1/chat/completions");
        error["message"]!.GetValue<string>().ShouldNotContain("hidden");
        answer.Headers.GetValues("x-should-retry").ShouldBe(["false"]);
        var row = await gateway.LedgerRowAsync(answer);
        (row.Outcome, row.Status, row.CostNanoUsd).ShouldBe(("upstream_error", 502, 0));
        upstream.Received.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Read_SentToAnotherSpellingOfTheUpstream_IsAFaultOfTheAddress()
    {
        await using var upstream = await UpstreamAsync(301, context => $"https://{context.Request.Host}/v1/files/");
        await using var gateway = await TestGateway.StartAsync(upstream);
        using var client = NewClient(gateway);

        using var answer = await client.GetAsync("/v1/files");

        answer.StatusCode.ShouldBe(HttpStatusCode.BadGateway);
    }

    [Fact]
    public async Task Read_SentToAnotherSpellingOfAFurtherDestination_IsAFaultOfTheAddress()
    {
        await using var upstream = await UpstreamAsync(301, context => $"https://{context.Request.Host}/v1/files/");
        var first = new UriBuilder(FakeUpstream.Nobody()) { Host = "localhost" }.Uri;
        await using var gateway = await TestGateway.StartAsync(
            yarpJson: YarpFile.Clusters(YarpFile.Cluster("main", [first, upstream.Address]))
        );
        using var client = NewClient(gateway);

        using var answer = await client.GetAsync("/v1/files");

        answer.StatusCode.ShouldBe(HttpStatusCode.BadGateway);
        answer.Headers.Location.ShouldBeNull();
        upstream.Received.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Prompt_SentToAnAddressWithAPassword_IsNotToldThePassword()
    {
        await using var upstream = await UpstreamAsync(308, _ => "https://user:hidden@api.example.com/v1/chat/completions");
        await using var gateway = await TestGateway.StartAsync(upstream);
        using var client = NewClient(gateway);

        using var answer = await client.PostAsync(ChatRequests.Path, ChatRequests.Json(ChatRequests.Plain));

        var text = await answer.Content.ReadAsStringAsync();
        text.ShouldContain("https://api.example.com/v1/chat/completions");
        text.ShouldNotContain("hidden");
    }

    [Fact]
    public async Task Read_OfWhatHasNotChanged_IsNoRedirect()
    {
        await using var upstream = await UpstreamAsync(304, context => $"http://{context.Request.Host}/v1/files/file-1/content");
        await using var gateway = await TestGateway.StartAsync(upstream);
        using var client = NewClient(gateway);

        using var answer = await client.GetAsync("/v1/files/file-1/content");

        answer.StatusCode.ShouldBe(HttpStatusCode.NotModified);
    }

    /// <summary>Where providers keep what is large.</summary>
    [Fact]
    public async Task Download_FromAnotherHost_IsForTheClientToFetch()
    {
        const string storage = "https://storage.example.com/file?signature=1";
        await using var upstream = await UpstreamAsync(302, _ => storage);
        await using var gateway = await TestGateway.StartAsync(upstream);
        using var client = NewClient(gateway);

        using var answer = await client.GetAsync("/v1/files/file-1/content");

        answer.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        answer.Headers.Location!.ToString().ShouldBe(storage);
    }
}
