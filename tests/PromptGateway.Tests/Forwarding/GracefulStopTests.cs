using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using PromptGateway.Hosting;
using PromptGateway.Tests.Gateway;
using PromptGateway.Usage;

namespace PromptGateway.Tests.Forwarding;

/// <summary>What SIGTERM does to open streams.</summary>
public sealed class GracefulStopTests
{
    private readonly ShiftedClock _clock = new();

    private Task<TestGateway> StartAsync(PacedUpstream upstream) =>
        TestGateway.StartAsync(upstream.Upstream.Environment, change: builder => builder.Services.AddSingleton<TimeProvider>(_clock));

    private static async Task<StreamCall> BeginAsync(TestGateway gateway, PacedUpstream upstream)
    {
        var opening = StreamCall.ChatAsync(gateway);
        await upstream.SendAsync(ChatAnswers.Text("Hel"));
        var call = await opening;
        (await call.NextEventAsync()).ShouldNotBeNull();
        return call;
    }

    private static Task StoppingAsync(TestGateway gateway)
    {
        var stopping = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        gateway.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.Register(() => stopping.TrySetResult());
        return stopping.Task;
    }

    [Fact]
    public async Task OpenStream_MayFinishWithinTheDrainTime()
    {
        await using var upstream = await PacedUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream);
        using var call = await BeginAsync(gateway, upstream);
        var stopping = StoppingAsync(gateway);
        var stop = gateway.StopAsync();
        await stopping;
        _clock.Advance(TimeSpan.FromSeconds(20));

        await upstream.SendAsync(ChatAnswers.Finish + ChatAnswers.UsageChunk + ChatAnswers.Done);
        upstream.End();

        var (text, failure) = await call.RestTextAsync();
        failure.ShouldBeNull();
        text.ShouldEndWith(ChatAnswers.Done);
        await stop;
    }

    [Fact]
    public async Task OpenStream_AfterTheDrainTime_GetsAnErrorEventAndItsRow()
    {
        await using var upstream = await PacedUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream);
        var ledger = gateway.Services.GetRequiredService<IUsageLog>();
        using var call = await BeginAsync(gateway, upstream);
        var stopping = StoppingAsync(gateway);
        var stop = gateway.StopAsync();
        await stopping;

        _clock.Advance(TimeSpan.FromSeconds(26));

        var (text, failure) = await call.RestTextAsync();
        text.ShouldContain("\"code\":\"gateway_shutdown\"");
        failure.ShouldNotBeNull();
        await upstream.LeftAsync();
        await stop;
        var row = await ledger.FindAsync(call.Response.Headers.GetValues("x-request-id").Single(), CancellationToken.None);
        row!.Outcome.ShouldBe("shutdown");
        row.Usage.OutputTokens.ShouldBe(1);
    }

    [Fact]
    public async Task OpenStream_AtASecondSignal_GetsItsErrorEventAtOnce()
    {
        await using var upstream = await PacedUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream);
        using var call = await BeginAsync(gateway, upstream);
        var signals = gateway.Services.GetServices<IHostedService>().OfType<GracefulStop>().Single();
        var stopping = StoppingAsync(gateway);
        var stop = gateway.StopAsync();
        await stopping;
        _clock.Advance(TimeSpan.FromSeconds(2));

        signals.OnSignal();
        _clock.Advance(TimeSpan.FromSeconds(1));

        var (text, failure) = await call.RestTextAsync();
        text.ShouldContain("\"code\":\"gateway_shutdown\"");
        failure.ShouldNotBeNull();
        await stop;
    }

    [Fact]
    public async Task OpenStream_WhenTheSameSignalComesTwice_GoesOn()
    {
        await using var upstream = await PacedUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream);
        using var call = await BeginAsync(gateway, upstream);
        var signals = gateway.Services.GetServices<IHostedService>().OfType<GracefulStop>().Single();
        var stopping = StoppingAsync(gateway);
        var stop = gateway.StopAsync();
        await stopping;

        signals.OnSignal();
        _clock.Advance(TimeSpan.FromSeconds(20));
        await upstream.SendAsync(ChatAnswers.Finish + ChatAnswers.UsageChunk + ChatAnswers.Done);
        upstream.End();

        var (text, failure) = await call.RestTextAsync();
        failure.ShouldBeNull();
        text.ShouldEndWith(ChatAnswers.Done);
        await stop;
    }
}
