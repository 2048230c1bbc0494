using Microsoft.Extensions.Logging;
using PromptGateway.Keys;

namespace PromptGateway.Tests.Keys;

public sealed class KeyRefresherTests : IDisposable
{
    private readonly MemoryKeyStore _store = new();
    private readonly CapturedLog _log = new();
    private readonly KeysOptions _options = new() { PollInterval = TimeSpan.FromMilliseconds(10) };
    private readonly KeyRing _ring;
    private readonly KeyRefresher _refresher;

    public KeyRefresherTests()
    {
        _ring = new KeyRing(_store, _options, TimeProvider.System);
        _refresher = new KeyRefresher(_ring, _options, new KeyChangeSignal(), TimeProvider.System, _log.CreateLogger<KeyRefresher>());
    }

    [Fact]
    public async Task Start_StoreWithKeys_HasLoadedThemWhenItIsDone()
    {
        var secret = KeySecret.Create(KeySecret.ApiPrefix, bytes => bytes.Fill(7));
        await _store.InsertAsync(SampleKeys.Plain("key_a", secret), default);

        await _refresher.StartAsync(default);

        _ring.Find(secret).Status.ShouldBe(KeyStatus.Found);
        await _refresher.StopAsync(default);
    }

    [Fact]
    public async Task Run_ChangeByAnotherProcess_IsSeenByThePoll()
    {
        await _refresher.StartAsync(default);
        var secret = KeySecret.Create(KeySecret.ApiPrefix, bytes => bytes.Fill(7));
        await _store.InsertAsync(SampleKeys.Plain("key_a", secret), default);

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (_ring.Find(secret).Status != KeyStatus.Found)
            await Task.Delay(_options.PollInterval, patience.Token);
        await _refresher.StopAsync(default);
    }

    [Fact]
    public async Task Refresh_StoreDownForLong_WarnsOncePerEpisode()
    {
        for (var episode = 0; episode < 2; episode++)
        {
            _store.IsDown = true;
            for (var i = 0; i < 5; i++)
                await _refresher.RefreshAsync(default);
            _store.IsDown = false;
            for (var i = 0; i < 5; i++)
                await _refresher.RefreshAsync(default);
        }

        _log.Lines.Select(line => line.Level).ShouldBe([LogLevel.Warning, LogLevel.Information, LogLevel.Warning, LogLevel.Information]);
    }

    [Fact]
    public async Task Start_StoreDown_StartsAndRecovers()
    {
        _store.IsDown = true;
        await _refresher.StartAsync(default);
        _ring.IsCurrent.ShouldBeFalse();

        _store.IsDown = false;
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!_ring.IsCurrent)
            await Task.Delay(_options.PollInterval, patience.Token);
        await _refresher.StopAsync(default);
    }

    /// <summary>Drivers have a cancellation of their own for what takes too long; it must not end the polling.</summary>
    [Fact]
    public async Task Run_StoreCancelsByItself_GoesOn()
    {
        _store.Failure = new TaskCanceledException();
        _store.IsDown = true;
        await _refresher.StartAsync(default);
        for (var i = 0; i < 3000 && _store.Asked < 3 && _refresher.ExecuteTask is { IsCompleted: false }; i++)
            await Task.Delay(_options.PollInterval);

        _refresher.ExecuteTask!.IsCompleted.ShouldBeFalse();
        await _refresher.StopAsync(default);
    }

    public void Dispose()
    {
        _refresher.Dispose();
        _ring.Dispose();
        _log.Dispose();
    }
}
