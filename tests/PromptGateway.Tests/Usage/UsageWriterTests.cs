using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using PromptGateway.Metrics;
using PromptGateway.Tests.Storage;
using PromptGateway.Usage;
using PromptGateway.Usage.Journal;

namespace PromptGateway.Tests.Usage;

public sealed class UsageWriterTests : IAsyncDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly ScriptedLedger _ledger = new();
    private readonly List<UsageSpool> _spools = [];
    private readonly List<UsageJournal> _journals = [];
    private UsageWriter? _running;

    private string SpoolDirectory => Path.Combine(_directory.Path, "spool");
    private string JournalDirectory => Path.Combine(_directory.Path, "journal");
    private string RefusedFile => Path.Combine(_directory.Path, "refused.jsonl");

    [Fact]
    public async Task Flush_RowsHandedOverBefore_AreInTheLedger()
    {
        var writer = await StartAsync();
        for (var i = 0; i < 2500; i++)
            await writer.WriteAsync(SampleRows.Plain($"{i}"));

        await writer.FlushAsync(default);

        _ledger.Rows.Count.ShouldBe(2500);
        writer.SpooledRows.ShouldBe(0);
        Directory.Exists(SpoolDirectory).ShouldBeFalse("nothing needed the disk");
    }

    [Fact]
    public async Task Flush_NothingHandedOver_DoesNotWait() => await (await StartAsync()).FlushAsync(default);

    [Fact]
    public async Task Flush_Cancelled_Throws()
    {
        var release = new TaskCompletionSource();
        _ledger.Before = _ => release.Task;
        var writer = await StartAsync();
        await writer.WriteAsync(SampleRows.Plain("1"));
        using var cancel = new CancellationTokenSource();
        var flush = writer.FlushAsync(cancel.Token);
        await cancel.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => flush);
        release.SetResult();
    }

    /// <summary>A request that needs the ledger's sums must not wait for a database that is away.</summary>
    [Fact]
    public async Task Flush_DatabaseDown_FailsInsteadOfWaiting()
    {
        _ledger.Before = _ => throw new IOException("down");
        var writer = await StartAsync();
        await writer.WriteAsync(SampleRows.Plain("1"));

        await Should.ThrowAsync<IOException>(() => writer.FlushAsync(default));

        _ledger.Before = _ => Task.CompletedTask;
        await UntilAsync(() => !writer.IsFailing);
        await writer.FlushAsync(default);
        _ledger.Rows["1"].ShouldBe(1);
    }

    [Theory]
    [InlineData(new[] { 7 })]
    [InlineData(new[] { 0, 99 })]
    [InlineData(new[] { 49, 50, 51 })]
    public async Task Write_RowsThatTheDatabaseRefuses_AreSetAsideAndAllOthersWritten(int[] bad)
    {
        var poison = bad.Select(i => $"{i}").ToHashSet();
        _ledger.Before = rows =>
            rows.Any(row => poison.Contains(row.RequestId)) ? throw new UsageRowsRefusedException("too long") : Task.CompletedTask;
        var writer = await StartAsync();
        for (var i = 0; i < 100; i++)
            await writer.WriteAsync(SampleRows.Full($"{i}"));

        await writer.FlushAsync(default);

        _ledger.Rows.Keys.ShouldBe(Enumerable.Range(0, 100).Select(i => $"{i}").Except(poison), ignoreOrder: true);
        _ledger.Rows.Values.ShouldAllBe(times => times == 1);
        var lines = await File.ReadAllLinesAsync(RefusedFile);
        lines.Length.ShouldBe(bad.Length);
        lines.ShouldAllBe(line => line.Contains("too long") && line.Contains("request_id"));
        writer.IsFailing.ShouldBeFalse();
    }

    [Fact]
    public async Task Write_DatabaseDownForAWhile_RowsWaitOnDiskAndComeOnceEach()
    {
        var down = true;
        var failed = new TaskCompletionSource();
        _ledger.Before = _ =>
        {
            if (!Volatile.Read(ref down))
                return Task.CompletedTask;
            failed.TrySetResult();
            throw new IOException("down");
        };
        var writer = await StartAsync();
        for (var i = 0; i < 3000; i++)
            await writer.WriteAsync(SampleRows.Full($"{i}") with { StartedAt = SampleRows.Start });
        await failed.Task;
        await UntilAsync(() => writer is { IsFailing: true, QueueDepth: 0, SpooledRows: 3000 });
        writer.Lag.ShouldBeGreaterThan(TimeSpan.FromSeconds(-1));
        Volatile.Write(ref down, false);

        await UntilAsync(() => !writer.IsFailing);
        await writer.FlushAsync(default);

        _ledger.Rows.Count.ShouldBe(3000);
        _ledger.Rows.Values.ShouldAllBe(times => times == 1);
        Directory.GetFiles(SpoolDirectory).ShouldBeEmpty();
        writer.IsFailing.ShouldBeFalse();
    }

    [Fact]
    public async Task Stop_DatabaseDown_RowsAreOnDiskAndTheNextProcessBringsThemIn()
    {
        _ledger.Before = _ => throw new IOException("down");
        var first = await StartAsync();
        for (var i = 0; i < 100; i++)
            await first.WriteAsync(SampleRows.Full($"{i}"));
        await first.StopAsync(default);
        _spools[0].Dispose();
        var file = Directory.GetFiles(SpoolDirectory).ShouldHaveSingleItem();
        // A crash in the middle of a write.
        await File.AppendAllTextAsync(file, "{\"request_id\":\"cut");
        _ledger.Before = _ => Task.CompletedTask;

        var second = await StartAsync();
        await second.WriteAsync(SampleRows.Plain("new"));
        await UntilAsync(() => _ledger.Rows.Count == 101 && second.SpooledRows == 0);

        Directory.GetFiles(SpoolDirectory).ShouldBeEmpty();
        (await File.ReadAllLinesAsync(RefusedFile)).ShouldHaveSingleItem().ShouldContain("cut");
    }

    [Fact]
    public async Task Start_FileThatAnotherProcessWrites_IsLeftToIt()
    {
        using var other = new UsageSpool(SpoolDirectory);
        other.Add([SampleRows.Plain("theirs")]);

        var writer = await StartAsync();
        await writer.WriteAsync(SampleRows.Plain("ours"));
        await writer.FlushAsync(default);

        _ledger.Rows.Keys.ShouldBe(["ours"]);
        Directory.GetFiles(SpoolDirectory).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Write_NeitherDatabaseNorDiskWork_RowsWaitInMemoryAndComeOnceEach()
    {
        Directory.CreateDirectory(_directory.Path);
        await File.WriteAllTextAsync(SpoolDirectory, "a file where the directory should be");
        var failures = 0;
        _ledger.Before = _ => Interlocked.Increment(ref failures) <= 2 ? throw new IOException("down") : Task.CompletedTask;
        var writer = await StartAsync();
        for (var i = 0; i < 10; i++)
            await writer.WriteAsync(SampleRows.Plain($"{i}"));

        await UntilAsync(() => failures > 2 && !writer.IsFailing);
        await writer.FlushAsync(default);

        _ledger.Rows.Count.ShouldBe(10);
        _ledger.Rows.Values.ShouldAllBe(times => times == 1);
    }

    [Fact]
    public void Json_RowWithEveryField_ReadsBackEqual() =>
        UsageJson.Read(UsageJson.Write(SampleRows.Full("1"))).ShouldBe(SampleRows.Full("1"));

    [Fact]
    public async Task Write_RowsThatReachedTheLedger_AreKeptNoLonger()
    {
        var writer = await StartAsync();
        for (var i = 0; i < 10; i++)
            await writer.WriteAsync(SampleRows.Plain($"{i}"));

        await writer.FlushAsync(default);

        _journals[^1].Count.ShouldBe(0);
    }

    [Fact]
    public async Task Write_DatabaseDown_RowsAreKeptUntilTheyAreOnDisk()
    {
        _ledger.Before = _ => throw new IOException("down");
        var writer = await StartAsync();
        for (var i = 0; i < 10; i++)
            await writer.WriteAsync(SampleRows.Plain($"{i}"));

        await UntilAsync(() => writer.SpooledRows == 10);

        await UntilAsync(() => _journals[^1].Count == 0);
    }

    [Fact]
    public async Task Write_DatabaseDown_OnlyWhoWantsToIsToldAfterwards()
    {
        _ledger.Before = _ => throw new IOException("down");
        var writer = await StartAsync();
        var (waiting, content) = (new Booking(true), new Booking(false));
        await writer.WriteAsync(SampleRows.Plain("1") with { Booking = waiting });
        await writer.WriteAsync(SampleRows.Plain("2") with { Booking = content });
        await UntilAsync(() => writer.SpooledRows == 2);
        _ledger.Before = _ => Task.CompletedTask;

        await UntilAsync(() => !writer.IsFailing);
        await writer.FlushAsync(default);

        (waiting.TimesSpooled, waiting.TimesBooked).ShouldBe((1, 1));
        (content.TimesSpooled, content.TimesBooked).ShouldBe((1, 0));
    }

    private sealed class Booking(bool waits) : IBookedRow
    {
        public int TimesBooked { get; private set; }
        public int TimesSpooled { get; private set; }

        public void Booked(UsageRecord? row) => TimesBooked++;

        public bool Spooled(UsageRecord row)
        {
            TimesSpooled++;
            return waits;
        }
    }

    [Fact]
    public async Task Flush_AfterRowsOfACrashWentToDisk_StillWaitsForNewRows()
    {
        using (var crashed = new UsageJournal(JournalDirectory, TimeProvider.System, NullLogger<UsageJournal>.Instance))
            for (var i = 0; i < 3; i++)
                crashed.Keep(SampleRows.Plain($"old-{i}"));
        _ledger.Before = _ => throw new IOException("down");
        var writer = Make();
        await writer.RecoverAsync();
        writer.SpooledRows.ShouldBe(3);
        _ledger.Before = _ => Task.CompletedTask;
        await writer.StartAsync(default);
        await UntilAsync(() => writer.SpooledRows == 0);
        var release = new TaskCompletionSource();
        _ledger.Before = _ => release.Task;

        await writer.WriteAsync(SampleRows.Plain("new"));
        var flush = writer.FlushAsync(default);

        flush.IsCompleted.ShouldBeFalse();
        release.SetResult();
        await flush;
        _ledger.Rows.Keys.ShouldBe(["old-0", "old-1", "old-2", "new"], ignoreOrder: true);
    }

    [Fact]
    public void Spool_OpenedAfterRowsOfACrashCame_CountsTheirFileOnce()
    {
        using var spool = new UsageSpool(SpoolDirectory);
        spool.Add([.. Enumerable.Range(0, 1000).Select(i => SampleRows.Plain($"{i}"))]);

        spool.Open();

        spool.Rows.ShouldBe(1000);
    }

    private async Task<UsageWriter> StartAsync()
    {
        var writer = Make();
        await writer.StartAsync(default);
        return writer;
    }

    private UsageWriter Make()
    {
        var metrics = new GatewayMetrics(_services.GetRequiredService<IMeterFactory>(), new MetricsOptions(), TimeProvider.System);
        var spool = new UsageSpool(SpoolDirectory);
        _spools.Add(spool);
        var journal = new UsageJournal(JournalDirectory, TimeProvider.System, NullLogger<UsageJournal>.Instance);
        _journals.Add(journal);
        _running = new UsageWriter(
            _ledger,
            journal,
            spool,
            new RefusedRows(RefusedFile, metrics, TimeProvider.System, NullLogger<RefusedRows>.Instance),
            metrics,
            TimeProvider.System,
            NullLogger<UsageWriter>.Instance
        );
        return _running;
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        for (var i = 0; i < 1000 && !condition(); i++)
            await Task.Delay(10);
        condition().ShouldBeTrue();
    }

    public async ValueTask DisposeAsync()
    {
        _ledger.Before = _ => Task.CompletedTask;
        if (_running is { } writer)
            await writer.StopAsync(default);
        _running?.Dispose();
        _spools.ForEach(spool => spool.Dispose());
        _journals.ForEach(journal => journal.Dispose());
        await _services.DisposeAsync();
        _directory.Dispose();
    }
}
