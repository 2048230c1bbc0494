using Microsoft.Extensions.Options;
using PromptGateway.Tests.Gateway;

namespace PromptGateway.Tests.Hosting;

public sealed class CrossOriginTests
{
    private const string Origin = "https://app.example.com";
    private static readonly Dictionary<string, string?> On = new() { ["Cors:Origins:0"] = Origin };

    private static HttpRequestMessage Preflight(string origin) =>
        new(HttpMethod.Options, "/v1/chat/completions")
        {
            Headers =
            {
                { "Origin", origin },
                { "Access-Control-Request-Method", "POST" },
                { "Access-Control-Request-Headers", "authorization,content-type,x-stainless-lang" },
            },
        };

    private static string? Header(HttpResponseMessage answer, string name) =>
        answer.Headers.TryGetValues(name, out var values) ? string.Join(",", values) : null;

    [Fact]
    public async Task Preflight_OfAConfiguredOrigin_IsAnsweredWithoutAKey()
    {
        await using var gateway = await TestGateway.StartAsync(configuration: On);
        using var browser = new HttpClient { BaseAddress = gateway.Address };

        var answer = await browser.SendAsync(Preflight(Origin));

        ((int)answer.StatusCode).ShouldBe(204);
        Header(answer, "Access-Control-Allow-Origin").ShouldBe(Origin);
        Header(answer, "Access-Control-Allow-Headers").ShouldBe("authorization,content-type,x-stainless-lang");
        Header(answer, "Access-Control-Allow-Methods").ShouldBe("POST");
        Header(answer, "Access-Control-Allow-Credentials").ShouldBeNull();
    }

    [Fact]
    public async Task Call_OfAConfiguredOrigin_MayReadIdsAndLimits()
    {
        await using var gateway = await TestGateway.StartAsync(configuration: On);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/models") { Headers = { { "Origin", Origin } } };

        var answer = await gateway.Client.SendAsync(request);

        answer.EnsureSuccessStatusCode();
        Header(answer, "Access-Control-Allow-Origin").ShouldBe(Origin);
        Header(answer, "Access-Control-Expose-Headers")!.ShouldContain("x-request-id");
    }

    [Fact]
    public async Task Refusal_OfAConfiguredOrigin_CanBeReadByThePage()
    {
        await using var gateway = await TestGateway.StartAsync(configuration: On);
        using var stranger = gateway.NewClient("pg-nonsense");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/models") { Headers = { { "Origin", Origin } } };

        var answer = await stranger.SendAsync(request);

        ((int)answer.StatusCode).ShouldBe(401);
        Header(answer, "Access-Control-Allow-Origin").ShouldBe(Origin);
    }

    [Fact]
    public async Task Preflight_OfAnotherOrigin_IsNotAllowed()
    {
        await using var gateway = await TestGateway.StartAsync(configuration: On);
        using var browser = new HttpClient { BaseAddress = gateway.Address };

        Header(await browser.SendAsync(Preflight("https://evil.example.com")), "Access-Control-Allow-Origin").ShouldBeNull();
    }

    [Fact]
    public async Task Preflight_WithoutConfiguration_IsARequestLikeAnyOther()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var browser = new HttpClient { BaseAddress = gateway.Address };

        var answer = await browser.SendAsync(Preflight(Origin));

        ((int)answer.StatusCode).ShouldBe(401);
        Header(answer, "Access-Control-Allow-Origin").ShouldBeNull();
    }

    [Fact]
    public async Task Preflight_OnTheManagementAddress_IsNeverAllowed()
    {
        await using var gateway = await TestGateway.StartAsync(configuration: On);
        using var request = Preflight(Origin);
        request.RequestUri = new Uri(gateway.ManagementAddress, "/admin/keys");
        using var browser = new HttpClient();

        Header(await browser.SendAsync(request), "Access-Control-Allow-Origin").ShouldBeNull();
    }

    [Theory]
    [InlineData("https://app.example.com/")]
    [InlineData("https://app.example.com/path")]
    [InlineData("app.example.com")]
    [InlineData("ftp://app.example.com")]
    public async Task Start_WithWhatIsNoOrigin_Fails(string origin)
    {
        var failure = await Should.ThrowAsync<OptionsValidationException>(() =>
            TestGateway.StartAsync(configuration: new() { ["Cors:Origins:0"] = origin })
        );

        failure.Message.ShouldContain($"'{origin}'");
    }
}
