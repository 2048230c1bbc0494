using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using PromptGateway.Chat;
using PromptGateway.Forwarding;
using PromptGateway.Tests.Gateway;
using PromptGateway.Usage;

namespace PromptGateway.Tests.Forwarding;

/// <summary>The client hangs up: the upstream is stopped (or read to its end, by policy), and there is one row that is worth something.</summary>
public sealed class ClientLeavesTests
{
    private static async Task<UsageRecord> SettledAsync(TestGateway gateway)
    {
        var row = await gateway.FirstLedgerRowAsync();
        (await gateway.LedgerCountAsync()).ShouldBe(1);
        gateway.Services.GetRequiredService<OpenAttempts>().Count.ShouldBe(0);
        return row;
    }

    [Theory]
    [InlineData("")]
    [InlineData(ChatRequests.AskingForUsage)]
    public async Task MidStream_StopsTheUpstreamAndBillsAnEstimate(string more)
    {
        await using var upstream = await PacedUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(upstream.Upstream);
        var opening = StreamCall.ChatAsync(gateway, more);
        await upstream.SendAsync(ChatAnswers.Text("Hel"));
        using (var call = await opening)
        {
            await call.NextEventAsync();
            await upstream.SendAsync(ChatAnswers.Text("lo"));
            await call.NextEventAsync();
        }

        await upstream.LeftAsync();

        var row = await SettledAsync(gateway);
        row.Outcome.ShouldBe("client_closed");
        row.Status.ShouldBe(499);
        row.UsageSource.ShouldBe(UsageSource.Estimated);
        row.Usage.OutputTokens.ShouldBe(2);
        row.Usage.InputTokens.ShouldBeGreaterThan(0);
        row.CostNanoUsd!.Value.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task MidStream_OfMessages_BillsThePromptAndWhatWasSent()
    {
        await using var upstream = await PacedUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(upstream.Upstream);
        var opening = StreamCall.OpenAsync(gateway, "/v1/messages", MessagesStreamTests.Request);
        await upstream.SendAsync(MessagesStreamTests.Start("""{"input_tokens":25,"output_tokens":1}"""));
        using (var call = await opening)
        {
            await call.NextEventAsync();
            for (var i = 0; i < 3; i++)
            {
                await upstream.SendAsync(MessagesStreamTests.Text);
                for (var events = 0; events < 3; events++)
                    await call.NextEventAsync();
            }
        }

        await upstream.LeftAsync();

        var row = await SettledAsync(gateway);
        row.Outcome.ShouldBe("client_closed");
        row.Usage.ShouldBe(new TokenUsage { InputTokens = 25, OutputTokens = 4 });
        row.UsageSource.ShouldBe(UsageSource.Estimated);
        row.CostNanoUsd!.Value.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task WaitingForASlowJsonAnswer_StopsTheUpstreamAndBillsThePrompt()
    {
        await using var upstream = await PacedUpstream.StartAsync(contentType: null);
        await using var gateway = await TestGateway.StartAsync(upstream.Upstream);
        using (var client = await RawClient.ConnectAsync(gateway))
        {
            await client.SendAsync(
                RawClient.Head(ChatRequests.Path, $"Content-Length: {ChatRequests.Plain.Length}\r\n") + ChatRequests.Plain
            );
            await upstream.CalledAsync();
        }

        await upstream.LeftAsync();

        var row = await SettledAsync(gateway);
        row.Outcome.ShouldBe("client_closed");
        row.UsageSource.ShouldBe(UsageSource.Estimated);
        row.Usage.InputTokens.ShouldBeGreaterThan(0);
        row.CostNanoUsd!.Value.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task InTheMiddleOfAJsonAnswer_BillsAnEstimate()
    {
        await using var upstream = await PacedUpstream.StartAsync("application/json");
        await using var gateway = await TestGateway.StartAsync(upstream.Upstream);
        using (var client = await RawClient.ConnectAsync(gateway))
        {
            await client.SendAsync(
                RawClient.Head(ChatRequests.Path, $"Content-Length: {ChatRequests.Plain.Length}\r\n") + ChatRequests.Plain
            );
            await upstream.SendAsync(ChatAnswers.Plain[..100]);
            await client.Socket.ReceiveAsync(new byte[10]);
        }

        await upstream.LeftAsync();

        var row = await SettledAsync(gateway);
        row.Outcome.ShouldBe("client_closed");
        row.UsageSource.ShouldBe(UsageSource.Estimated);
        row.CostNanoUsd!.Value.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task MidStream_WithDrain_ReadsToTheEndAndBillsTheProvidersNumbers()
    {
        await using var upstream = await PacedUpstream.StartAsync();
        var watch = new DepartureWatch();
        await using var gateway = await TestGateway.StartAsync(
            yarpJson: YarpFile.One(upstream.Upstream.Address, ("OnClientGone", "drain")),
            change: builder => builder.Services.AddSingleton<IStartupFilter>(watch)
        );
        var opening = StreamCall.ChatAsync(gateway);
        await upstream.SendAsync(ChatAnswers.Text("Hel"));
        using (var call = await opening)
            await call.NextEventAsync();
        await watch.ClientGoneAsync();
        for (var i = 0; i < 20; i++)
            await upstream.SendAsync(ChatAnswers.Text("lo"));
        await upstream.SendAsync(ChatAnswers.Finish + ChatAnswers.UsageChunk + ChatAnswers.Done);
        upstream.End();

        var row = await SettledAsync(gateway);

        row.UsageSource.ShouldBe(UsageSource.Drained);
        row.Usage.OutputTokens.ShouldBe(5);
        upstream.WasLeft.ShouldBeFalse();
    }

    [Fact]
    public async Task BeforeAJsonAnswer_WithDrain_BillsTheProvidersNumbers()
    {
        await using var upstream = await PacedUpstream.StartAsync(contentType: null);
        var watch = new DepartureWatch();
        await using var gateway = await TestGateway.StartAsync(
            yarpJson: YarpFile.One(upstream.Upstream.Address, ("OnClientGone", "drain")),
            change: builder => builder.Services.AddSingleton<IStartupFilter>(watch)
        );
        using (var client = await RawClient.ConnectAsync(gateway))
        {
            await client.SendAsync(
                RawClient.Head(ChatRequests.Path, $"Content-Length: {ChatRequests.Plain.Length}\r\n") + ChatRequests.Plain
            );
            await upstream.CalledAsync();
        }
        await watch.ClientGoneAsync();
        await upstream.AnswerAsync(ChatAnswers.Plain);
        upstream.End();

        var row = await SettledAsync(gateway);

        row.UsageSource.ShouldBe(UsageSource.Drained);
        row.Usage.OutputTokens.ShouldBe(5);
    }

    [Fact]
    public async Task ManyLeave_NothingStaysBehind()
    {
        await using var upstream = await FakeUpstream.StartAsync(
            async (context, _) =>
            {
                var left = new TaskCompletionSource();
                context.RequestAborted.Register(() => left.TrySetResult());
                await FakeUpstream.StreamAsync(context, ChatAnswers.Text("Hel"));
                await left.Task;
            }
        );
        await using var gateway = await TestGateway.StartAsync(upstream);

        await Parallel.ForAsync(
            0,
            100,
            new ParallelOptions { MaxDegreeOfParallelism = 20 },
            async (_, _) =>
            {
                using var call = await StreamCall.ChatAsync(gateway);
                await call.NextEventAsync();
            }
        );

        for (var i = 0; i < 1000 && await gateway.LedgerCountAsync() < 100; i++)
            await Task.Delay(10);
        (await gateway.LedgerCountAsync()).ShouldBe(100);
        gateway.Services.GetRequiredService<OpenAttempts>().Count.ShouldBe(0);
        var metrics = await gateway.Management.GetStringAsync("/metrics");
        metrics.ShouldContain("promptgateway_requests_in_flight 0");
        metrics.ShouldContain("promptgateway_client_closed_total{phase=\"mid_answer\"} 100");
    }
}
