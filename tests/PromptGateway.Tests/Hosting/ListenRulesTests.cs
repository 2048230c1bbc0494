using Microsoft.Extensions.Options;
using PromptGateway.Hosting;
using PromptGateway.Keys;
using PromptGateway.Routing;
using PromptGateway.Tests.Gateway;

namespace PromptGateway.Tests.Hosting;

public sealed class ListenRulesTests
{
    private static readonly KeysOptions NoAdminKey = new();
    private static readonly KeysOptions AdminKey = new() { AdminKeyHash = KeyHash.Of("an-admin-key-0123456789") };

    private static GatewaySettings Settings(string management, string api = GatewaySettings.DefaultUrls, bool passThrough = false) =>
        new()
        {
            Urls = api,
            ManagementUrls = management,
            PassThrough = passThrough,
        };

    [Theory]
    [InlineData("http://0.0.0.0:8081")]
    [InlineData("http://[::]:8081")]
    [InlineData("http://*:8081")]
    [InlineData("https://10.1.2.3:8081")]
    [InlineData("http://gateway.internal:8081")]
    [InlineData("http://127.0.0.1:8081;http://+:9000")]
    public void Check_OpenManagementAddressWithoutAdminKey_Refuses(string urls)
    {
        var failure = Should.Throw<OptionsValidationException>(() => ListenRules.Check(Settings(urls), NoAdminKey));

        failure.Message.ShouldContain("PROMPTGATEWAY_ADMIN_KEY");
        Should.NotThrow(() => ListenRules.Check(Settings(urls), AdminKey));
    }

    [Theory]
    [InlineData("http://127.0.0.1:8081")]
    [InlineData("http://127.8.9.10:8081")]
    [InlineData("http://[::1]:8081")]
    [InlineData("http://localhost:8081")]
    [InlineData("http://unix:/run/promptgateway.sock")]
    public void Check_LoopbackManagementAddress_NeedsNoAdminKey(string urls) =>
        Should.NotThrow(() => ListenRules.Check(Settings(urls), NoAdminKey));

    [Fact]
    public async Task Start_OpenManagementAddressWithoutAdminKey_FailsBeforeAKeyIsMade()
    {
        var failure = await Should.ThrowAsync<OptionsValidationException>(() =>
            TestGateway.StartAsync(
                configuration: new() { ["PROMPTGATEWAY_ADMIN_KEY"] = null },
                settings: s => s with { ManagementUrls = "http://0.0.0.0:0" }
            )
        );

        failure.Message.ShouldContain("admin key");
    }

    [Theory]
    [InlineData("http://127.0.0.1:8080", "http://localhost:8080/v1", true)]
    [InlineData("http://*:8080", "http://127.0.0.1:8080/v1", true)]
    [InlineData("http://0.0.0.0:8080", "http://[::1]:8080/v1", true)]
    [InlineData("http://10.0.0.1:8080", "http://10.0.0.1:8080/v1", true)]
    [InlineData("http://127.0.0.1:8080", "http://127.0.0.1:8000/v1", false)]
    [InlineData("http://10.0.0.1:8080", "http://127.0.0.1:8080/v1", false)]
    [InlineData("http://*:8080", "http://other.internal:8080/v1", false)]
    public void OwnAddresses_OfAnUpstream_AreTheApisOnly(string listens, string upstream, bool own) =>
        ListenRules.OwnAddresses(Settings("http://127.0.0.1:8081", listens))(new Uri(upstream)).ShouldBe(own);

    [Fact]
    public async Task Start_UpstreamIsTheGatewayItself_FailsAndNamesTheVariable()
    {
        var failure = await Should.ThrowAsync<RoutingConfigException>(() =>
            TestGateway.StartAsync(
                new() { ["OPENAI_API_KEY"] = FakeUpstream.Secret, ["OPENAI_BASE_URL"] = "http://localhost:8080/v1" },
                settings: s => s with { Urls = "http://127.0.0.1:8080" }
            )
        );

        failure.Message.ShouldContain("OPENAI_BASE_URL");
    }

    [Fact]
    public async Task Start_PassThroughOnAnOpenAddressWithAnUpstreamKey_FailsAndNamesTheUpstream()
    {
        var failure = await Should.ThrowAsync<RoutingConfigException>(() =>
            TestGateway.StartAsync(
                new() { ["OPENAI_API_KEY"] = FakeUpstream.Secret },
                settings: s => s with { Urls = "http://0.0.0.0:0", PassThrough = true }
            )
        );

        failure.Message.ShouldContain("'openai'");
        failure.Message.ShouldContain("pass-through");
        failure.Message.ShouldNotContain(FakeUpstream.Secret);
    }

    [Fact]
    public async Task Start_PassThroughOnAnOpenAddressWithoutUpstreamKeys_Serves()
    {
        await using var gateway = await TestGateway.StartAsync(settings: s => s with { Urls = "http://0.0.0.0:0", PassThrough = true });

        gateway.Address.Port.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task PassThroughCaller_OnPathsWithoutModel_NeverUsesTheGatewaysOwnUpstreamKey()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(upstream.Environment, settings: s => s with { PassThrough = true });
        using var stranger = gateway.NewClient("sk-somebody-elses-key");

        var answer = await stranger.GetAsync("/v1/files");

        ((int)answer.StatusCode).ShouldBe(404);
        upstream.Received.ShouldBeEmpty();
    }
}
