using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using PromptGateway.Tests.Gateway;

namespace PromptGateway.Tests.Endpoints;

/// <summary>Clients that take their time, and those that take too much of it.</summary>
public sealed class SlowClientTests
{
    private static readonly string Head = RawClient.Head(ChatRequests.Path, $"Content-Length: {ChatRequests.Plain.Length}\r\n");

    /// <summary>Kestrel measures these with a clock of its own, so the limits are made short instead of the clock moved.</summary>
    private static Task<TestGateway> StartAsync(FakeUpstream upstream, Action<KestrelServerLimits> limit) =>
        TestGateway.StartAsync(upstream.Environment, change: builder => builder.WebHost.ConfigureKestrel(kestrel => limit(kestrel.Limits)));

    [Fact]
    public async Task RequestByteByByte_IsAnswered()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(upstream);
        using var client = await RawClient.ConnectAsync(gateway);

        foreach (var character in Head + ChatRequests.Plain)
            await client.SendAsync(character.ToString());

        (await client.ReadAnswerAsync()).Body.ShouldBe(ChatAnswers.Plain);
        upstream.Received.Count.ShouldBe(1);
    }

    [Fact]
    public async Task HeaderThatNeverEnds_Is408AndTheConnectionCloses()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream, limits => limits.RequestHeadersTimeout = TimeSpan.FromSeconds(1));
        using var client = await RawClient.ConnectAsync(gateway);

        await client.SendAsync(Head[..^4]);

        (await client.ReadToEndAsync()).ShouldStartWith("HTTP/1.1 408 ");
        upstream.Received.ShouldBeEmpty();
    }

    [Fact]
    public async Task BodyThatStops_Is408InTheClientsShapeAndTheConnectionCloses()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await StartAsync(
            upstream,
            limits => limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 1000, gracePeriod: TimeSpan.FromSeconds(1.5))
        );
        using var client = await RawClient.ConnectAsync(gateway);

        await client.SendAsync(Head + ChatRequests.Plain[..5]);

        var (status, head, body) = await client.ReadAnswerAsync();
        status.ShouldBe(408);
        head.ShouldContain("Connection: close");
        JsonNode.Parse(body)!["error"]!["code"]!.GetValue<string>().ShouldBe("request_timeout");
        (await client.ReadAnswerAsync()).Status.ShouldBe(0);
        upstream.Received.ShouldBeEmpty();
        (await gateway.Management.GetStringAsync("/metrics")).ShouldContain("promptgateway_requests_in_flight 0");
    }
}
