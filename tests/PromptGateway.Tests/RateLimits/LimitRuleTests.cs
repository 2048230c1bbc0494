using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;
using PromptGateway.Tests.Gateway;

namespace PromptGateway.Tests.RateLimits;

/// <summary>Rules of limits that change while the gateway serves.</summary>
public sealed class LimitRuleTests
{
    private static Task<HttpResponseMessage> ChatAsync(HttpClient client) =>
        client.PostAsync(ChatRequests.Path, ChatRequests.Json(ChatRequests.Plain));

    private static async Task<HttpStatusCode> StatusAsync(TestGateway gateway) => (await ChatAsync(gateway.Client)).StatusCode;

    private static Task<HttpResponseMessage> PutAsync(TestGateway gateway, string id, string rule) =>
        gateway.Management.PutAsync("/admin/limits/" + id, AdminCalls.Json(rule));

    [Fact]
    public async Task Rule_PutRaisedAndDeleted_IsInForceWithTheNextRequestAndKeepsItsCount()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(upstream);
        (await StatusAsync(gateway)).ShouldBe(HttpStatusCode.OK);

        (await PutAsync(gateway, "all", """{"requests":1,"per":"day"}""")).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await StatusAsync(gateway)).ShouldBe(HttpStatusCode.OK);
        var refused = await ChatAsync(gateway.Client);
        refused.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        (await AdminCalls.ErrorAsync(refused))["message"]!
            .GetValue<string>()
            .ShouldContain("the whole gateway reached: 1 requests per day");

        (await PutAsync(gateway, "all", """{"requests":2,"per":"day"}""")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await StatusAsync(gateway)).ShouldBe(HttpStatusCode.OK);
        (await StatusAsync(gateway)).ShouldBe(HttpStatusCode.TooManyRequests);

        (await gateway.Management.DeleteAsync("/admin/limits/all")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await StatusAsync(gateway)).ShouldBe(HttpStatusCode.OK);
        (await gateway.Management.DeleteAsync("/admin/limits/all")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Rule_AfterARestart_IsStillInForce()
    {
        var data = Directory.CreateTempSubdirectory("promptgateway-rules-").FullName;
        await using var upstream = await FakeUpstream.StartAsync();
        await using (var first = await TestGateway.StartAsync(upstream.Environment, settings: s => s with { Data = data }))
            await PutAsync(first, "slots", """{"scope":"upstream","match":"open*","concurrent":7}""");

        await using (var second = await TestGateway.StartAsync(upstream.Environment, settings: s => s with { Data = data }))
        {
            var rules = await second.Management.GetFromJsonAsync<JsonArray>("/admin/limits");
            var rule = rules!.Single()!;
            rule["id"]!.GetValue<string>().ShouldBe("slots");
            rule["source"]!.GetValue<string>().ShouldBe("store");
            rule["rule"]!["scope"]!.GetValue<string>().ShouldBe("upstream");
            rule["rule"]!["concurrent"]!.GetValue<long>().ShouldBe(7);
        }
        Directory.Delete(data, recursive: true);
    }

    [Fact]
    public async Task Rule_PutAtOneProcess_IsInForceAtTheOtherOnTheSameDatabase()
    {
        var data = Directory.CreateTempSubdirectory("promptgateway-rules-").FullName;
        await using var upstream = await FakeUpstream.StartAsync();
        await using (var first = await TestGateway.StartAsync(upstream.Environment, settings: s => s with { Data = data }))
        await using (var second = await TestGateway.StartAsync(upstream.Environment, settings: s => s with { Data = data }))
        {
            await PutAsync(first, "none", """{"tokens":1,"per":"day"}""");

            var status = HttpStatusCode.OK;
            for (var i = 0; i < 500 && status == HttpStatusCode.OK; i++)
            {
                status = await StatusAsync(second);
                await Task.Delay(10);
            }
            status.ShouldBe(HttpStatusCode.TooManyRequests);
        }
        Directory.Delete(data, recursive: true);
    }

    [Theory]
    [InlineData("good", """{"requests":1,"tokens":2,"per":"day"}""", "exactly one")]
    [InlineData("good", """{"requests":1,"per":"week"}""", "must have Per")]
    [InlineData("good", """{"scope":"planet","requests":1,"per":"day"}""", "scope")]
    [InlineData("good", """{"requsts":1}""", "requsts")]
    [InlineData("bad id", """{"requests":1,"per":"day"}""", "letters, digits")]
    public async Task Rule_WithAMistake_IsRefusedAndChangesNothing(string id, string rule, string message)
    {
        await using var gateway = await TestGateway.StartAsync();

        var answer = await PutAsync(gateway, Uri.EscapeDataString(id), rule);

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Content.ReadAsStringAsync()).ShouldContain(message);
        (await gateway.Management.GetFromJsonAsync<JsonArray>("/admin/limits"))!.ShouldBeEmpty();
    }

    [Fact]
    public async Task Configuration_ReadAgain_ChangesTheLimitKeepsTheCountAndSurvivesAMistake()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var file = new ReloadedConfiguration();
        file.Set(("RateLimits:0:Requests", "1"), ("RateLimits:0:Per", "day"));
        await using var gateway = await TestGateway.StartAsync(
            upstream.Environment,
            change: builder => ((IConfigurationBuilder)builder.Configuration).Add(file)
        );
        (await StatusAsync(gateway)).ShouldBe(HttpStatusCode.OK);
        (await StatusAsync(gateway)).ShouldBe(HttpStatusCode.TooManyRequests);

        file.Set(("RateLimits:0:Requests", "2"), ("RateLimits:0:Per", "day"));
        (await StatusAsync(gateway)).ShouldBe(HttpStatusCode.OK);
        (await StatusAsync(gateway)).ShouldBe(HttpStatusCode.TooManyRequests);

        file.Set(("RateLimits:0:Requests", "many"), ("RateLimits:0:Per", "day"));
        (await StatusAsync(gateway)).ShouldBe(HttpStatusCode.TooManyRequests);

        file.Set();
        (await StatusAsync(gateway)).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Limit_OfAKeyForOneUpstream_LetsItsOtherUpstreamsPass()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(
            yarpJson: YarpFile.Clusters(
                YarpFile.Cluster("one", [upstream.Address], ("CatchAll", "false"), ("Models", "first")),
                YarpFile.Cluster("two", [upstream.Address], ("CatchAll", "false"), ("Models", "second"))
            )
        );
        var (_, client) = await AdminCalls.NewKeyAsync(gateway, ""","limits":[{"requests":1,"per":"day","upstreams":["one"]}]""");

        var statuses = new List<HttpStatusCode>();
        foreach (var model in new[] { "first", "first", "second", "second" })
            statuses.Add(
                (await client.PostAsync(ChatRequests.Path, ChatRequests.Json($$"""{"model":"{{model}}","messages":[]}"""))).StatusCode
            );

        statuses.ShouldBe([HttpStatusCode.OK, HttpStatusCode.TooManyRequests, HttpStatusCode.OK, HttpStatusCode.OK]);
        client.Dispose();
    }

    /// <summary>A source that can be changed and read again, as a mounted file is.</summary>
    private sealed class ReloadedConfiguration : IConfigurationSource
    {
        private readonly Provider _provider = new();

        public IConfigurationProvider Build(IConfigurationBuilder builder) => _provider;

        public void Set(params (string Key, string? Value)[] values) => _provider.Set(values);

        private sealed class Provider() : MemoryConfigurationProvider(new MemoryConfigurationSource())
        {
            public void Set((string Key, string? Value)[] values)
            {
                Data = values.ToDictionary(value => value.Key, value => value.Value, StringComparer.OrdinalIgnoreCase);
                OnReload();
            }
        }
    }
}
