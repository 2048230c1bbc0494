using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using PromptGateway.Chat;
using PromptGateway.Tests.Gateway;
using Yarp.ReverseProxy;
using Yarp.ReverseProxy.Model;

namespace PromptGateway.Tests.Forwarding;

/// <summary>Connections that fail: tried elsewhere when the request cannot have arrived, never when it may have.</summary>
public sealed class DeadUpstreamTests
{
    private static async Task<(HttpResponseMessage Answer, JsonNode Error)> AskAsync(TestGateway gateway)
    {
        var answer = await gateway.Client.PostAsync(ChatRequests.Path, ChatRequests.Json(ChatRequests.Plain));
        return (answer, (await answer.Content.ReadFromJsonAsync<JsonObject>())!["error"]!);
    }

    [Fact]
    public async Task RefusedConnection_IsTriedOnAnotherDestinationOfTheCluster()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(
            yarpJson: YarpFile.Clusters(YarpFile.Cluster("main", [FakeUpstream.Nobody(), upstream.Address]))
        );

        var answer = await gateway.Client.PostAsync(ChatRequests.Path, ChatRequests.Json(ChatRequests.Plain));

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await answer.Content.ReadAsStringAsync()).ShouldBe(ChatAnswers.Plain);
        upstream.Received.Count.ShouldBe(1);
        upstream.Last.Text.ShouldBe(ChatRequests.Plain);
        var row = await gateway.LedgerRowAsync(answer);
        row.Attempts.ShouldBe(2);
        row.Outcome.ShouldBe("ok");
        var metrics = (await gateway.Management.GetStringAsync("/metrics")).Split('\n');
        metrics.ShouldContain("promptgateway_upstream_retries_total{upstream=\"main\"} 1");
        metrics.ShouldContain("promptgateway_upstream_failovers_total{upstream=\"main\"} 0");
        metrics.ShouldContain("promptgateway_upstream_attempts_total{outcome=\"ok\",status=\"2xx\",upstream=\"main\"} 1");
        metrics.ShouldContain(
            "promptgateway_upstream_attempts_total{outcome=\"upstream_unreachable\",status=\"none\",upstream=\"main\"} 1"
        );
        metrics.ShouldContain("promptgateway_upstream_healthy{destination=\"d0\",upstream=\"main\"} 1");
    }

    [Fact]
    public async Task RefusedConnection_IsTriedOnAnotherTarget()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(
            yarpJson: YarpFile.Clusters(
                YarpFile.Cluster("a", [FakeUpstream.Nobody()], ("Models", "gpt-4o-mini")),
                YarpFile.Cluster("b", [upstream.Address], ("Models", "gpt-4o-mini"))
            )
        );

        var answer = await gateway.Client.PostAsync(ChatRequests.Path, ChatRequests.Json(ChatRequests.Plain));

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Headers.GetValues("x-request-id").Count().ShouldBe(1);
        (await gateway.LedgerRowAsync(answer)).Upstream.ShouldBe("b");
        var metrics = (await gateway.Management.GetStringAsync("/metrics")).Split('\n');
        metrics.ShouldContain("promptgateway_upstream_failovers_total{upstream=\"a\"} 1");
        metrics.ShouldContain("promptgateway_upstream_retries_total{upstream=\"a\"} 0");
        metrics.ShouldContain(line => line.StartsWith("promptgateway_ledger_lag_seconds ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task NobodyAnywhere_Is502WithRetryAfter()
    {
        await using var gateway = await TestGateway.StartAsync(yarpJson: YarpFile.One(FakeUpstream.Nobody()));

        var (answer, error) = await AskAsync(gateway);

        answer.StatusCode.ShouldBe(HttpStatusCode.BadGateway);
        answer.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(1));
        error["code"]!.GetValue<string>().ShouldBe("upstream_unreachable");
        error["message"]!.GetValue<string>().ShouldContain("'main'");
        var row = await gateway.LedgerRowAsync(answer);
        row.Outcome.ShouldBe("upstream_unreachable");
        row.UsageSource.ShouldBe(UsageSource.None);
        row.CostNanoUsd.ShouldBe(0);
    }

    [Fact]
    public async Task DestinationsAllUnhealthy_Is503WithRetryAfter()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(yarpJson: YarpFile.One(upstream.Address));
        gateway.Services.GetRequiredService<IProxyStateLookup>().TryGetCluster("main", out var cluster).ShouldBeTrue();
        foreach (var destination in cluster!.Destinations.Values)
            destination.Health.Passive = DestinationHealth.Unhealthy;
        cluster.DestinationsState = new ClusterDestinationsState(cluster.DestinationsState.AllDestinations, []);

        var (answer, error) = await AskAsync(gateway);

        answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        answer.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(1));
        error["code"]!.GetValue<string>().ShouldBe("upstream_unavailable");
        upstream.Received.ShouldBeEmpty();
    }

    [Fact]
    public async Task NameThatDoesNotResolve_Is502()
    {
        await using var gateway = await TestGateway.StartAsync(yarpJson: YarpFile.One(new Uri("http://nowhere.invalid:9")));

        var (answer, error) = await AskAsync(gateway);

        answer.StatusCode.ShouldBe(HttpStatusCode.BadGateway);
        error["message"]!.GetValue<string>().ShouldNotContain("nowhere.invalid");
    }

    [Fact]
    public async Task ResetAfterTheRequestWasRead_IsNotRepeated()
    {
        var calls = 0;
        await using var upstream = new RawUpstream(
            (socket, _) =>
            {
                Interlocked.Increment(ref calls);
                RawUpstream.Reset(socket);
                return Task.CompletedTask;
            }
        );
        await using var second = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(
            yarpJson: YarpFile.Clusters(YarpFile.Cluster("main", [upstream.Address, second.Address]))
        );

        var (answer, _) = await AskAsync(gateway);

        answer.StatusCode.ShouldBe(HttpStatusCode.BadGateway);
        calls.ShouldBe(1);
        second.Received.ShouldBeEmpty();
        (await gateway.LedgerRowAsync(answer)).Attempts.ShouldBe(1);
    }

    [Fact]
    public async Task CleanCloseAfterTheRequestWasRead_IsNotRepeated()
    {
        var calls = 0;
        await using var upstream = new RawUpstream(
            (_, _) =>
            {
                Interlocked.Increment(ref calls);
                return Task.CompletedTask;
            }
        );
        await using var gateway = await TestGateway.StartAsync(upstream.Environment);

        var (answer, _) = await AskAsync(gateway);

        answer.StatusCode.ShouldBe(HttpStatusCode.BadGateway);
        calls.ShouldBe(1);
    }

    [Fact]
    public async Task NonsenseInsteadOfHttp_Is502()
    {
        await using var upstream = new RawUpstream((socket, _) => RawUpstream.SendAsync(socket, "SSH-2.0-OpenSSH_9.6\r\n"));
        await using var gateway = await TestGateway.StartAsync(upstream.Environment);

        var (answer, error) = await AskAsync(gateway);

        answer.StatusCode.ShouldBe(HttpStatusCode.BadGateway);
        error["code"]!.GetValue<string>().ShouldBe("upstream_unreachable");
    }
}
