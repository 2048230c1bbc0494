using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using PromptGateway.Storage.Sqlite;
using PromptGateway.Tests.Keys;
using PromptGateway.Tests.Storage;
using PromptGateway.Usage;
using PromptGateway.Usage.Journal;

namespace PromptGateway.Tests.Usage.Journal;

public sealed class UsageJournalTests : IDisposable
{
    private readonly TempDirectory _data = new();
    private readonly SqliteUsageLog _ledger;
    private readonly UsageJournal _journal;

    public UsageJournalTests()
    {
        _ledger = new SqliteUsageLog(new SqliteDatabase(_data.Path));
        _journal = Open("journal");
    }

    private string Path(string name) => System.IO.Path.Combine(_data.Path, name);

    private UsageJournal Open(string name) => new(Path(name), TimeProvider.System, NullLogger<UsageJournal>.Instance);

    private Task<int> RecoverAsync(UsageJournal journal) => journal.RecoverAsync(rows => _ledger.AppendAsync(rows, default));

    private string[] Files(string name = "journal") => Directory.Exists(Path(name)) ? Directory.GetFiles(Path(name)) : [];

    public void Dispose()
    {
        _journal.Dispose();
        _ledger.Dispose();
        _data.Dispose();
    }

    /// <summary>What a killed process leaves: its files as they are, and nobody who holds them.</summary>
    private UsageJournal Crash()
    {
        Directory.CreateDirectory(Path("crashed"));
        foreach (var file in Files())
            Copy(file, System.IO.Path.Combine(Path("crashed"), System.IO.Path.GetFileName(file)));
        return Open("crashed");
    }

    private static void Copy(string from, string to)
    {
        // The lock on an open file is advisory: another program reads past it.
        using var process = System.Diagnostics.Process.Start("cp", [from, to]);
        process.WaitForExit();
        process.ExitCode.ShouldBe(0);
    }

    /// <summary>Its own first file is made at the same time, and looks like one that was left behind until it is locked.</summary>
    [Fact]
    public async Task Recover_OfNothing_LeavesItsOwnFileAlone()
    {
        using var log = new CapturedLog();
        for (var start = 0; start < 100; start++)
        {
            using var journal = new UsageJournal(Path("started"), TimeProvider.System, log.CreateLogger<UsageJournal>());
            await RecoverAsync(journal);
        }

        log.Lines.ShouldBeEmpty();
    }

    [Fact]
    public async Task Recover_AfterACrash_BringsEveryOpenRowIntoTheLedger()
    {
        for (var i = 0; i < 100; i++)
            _journal.Keep(SampleRows.Full($"req_{i}"));
        UsageRecord[] settled = [SampleRows.Full("req_7")];
        await _ledger.AppendAsync(settled, default);
        _journal.Settle(settled);

        using var restarted = Crash();
        (await RecoverAsync(restarted)).ShouldBe(100);

        for (var i = 0; i < 100; i++)
            (await _ledger.FindAsync($"req_{i}", default)).ShouldBe(SampleRows.Full($"req_{i}"));
        (await RecoverAsync(restarted)).ShouldBe(0);
    }

    [Fact]
    public async Task Recover_RowKeptTwice_TheLastOneCounts()
    {
        _journal.Keep(SampleRows.Priced("req_1", "gpt-4o", 5));
        _journal.Keep(SampleRows.Priced("req_1", "gpt-4o", 7));

        using var restarted = Crash();
        await RecoverAsync(restarted);

        (await _ledger.FindAsync("req_1", default))!.CostNanoUsd.ShouldBe(7);
    }

    [Fact]
    public async Task Recover_RowKeptInTwoFiles_TheLaterNoteCounts()
    {
        var filler = new string('x', UsageJournal.SegmentBytes / 4);
        _journal.Keep(SampleRows.Priced("req_1", "gpt-4o", 5));
        for (var i = 0; i < 8; i++)
            _journal.Keep(SampleRows.Plain($"filler_{i}") with { OptimizationDetail = filler });
        _journal.Keep(SampleRows.Priced("req_1", "gpt-4o", 7));

        using var restarted = Crash();
        await RecoverAsync(restarted);

        (await _ledger.FindAsync("req_1", default))!.CostNanoUsd.ShouldBe(7);
    }

    [Fact]
    public async Task Recover_NobodyTakesTheRows_TheyStayForTheNextStart()
    {
        _journal.Keep(SampleRows.Plain("req_1"));
        using var restarted = Crash();

        (await restarted.RecoverAsync(_ => throw new IOException("no room"))).ShouldBe(0);

        using var again = Open("crashed");
        (await RecoverAsync(again)).ShouldBe(1);
    }

    [Fact]
    public async Task Recover_AllSettled_FindsNothing()
    {
        var rows = Enumerable.Range(0, 50).Select(i => SampleRows.Full($"req_{i}")).ToArray();
        foreach (var row in rows)
            _journal.Keep(row);
        _journal.Settle(rows);

        using var restarted = Crash();

        (await RecoverAsync(restarted)).ShouldBe(0);
        _journal.Count.ShouldBe(0);
    }

    [Fact]
    public async Task Recover_FilesOfARunningGateway_AreLeftAlone()
    {
        _journal.Keep(SampleRows.Full("req_1"));
        using var neighbour = Open("journal");

        (await RecoverAsync(neighbour)).ShouldBe(0);

        Files().Length.ShouldBeGreaterThan(0);
        (await _ledger.FindAsync("req_1", default)).ShouldBeNull();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(40)]
    public async Task Recover_TornLastRow_KeepsThoseBeforeIt(int damaged)
    {
        _journal.Keep(SampleRows.Plain("req_1"));
        _journal.Keep(SampleRows.Plain("req_2"));
        using var restarted = Crash();
        var file = Files("crashed").Single();
        var bytes = await File.ReadAllBytesAsync(file);
        var second = 8 + BitConverter.ToInt32(bytes);
        bytes[second + damaged] ^= 0x55;
        await File.WriteAllBytesAsync(file, bytes);

        await RecoverAsync(restarted);

        (await _ledger.FindAsync("req_1", default)).ShouldNotBeNull();
        (await _ledger.FindAsync("req_2", default)).ShouldBeNull();
    }

    /// <summary>More rows than a file holds, settled late and out of order: no file stays behind, none grows without end.</summary>
    [Fact]
    public void Keep_ManyRowsSettledLate_FilesComeAndGo()
    {
        var detail = new string('x', 20_000);
        var rows = Enumerable
            .Range(0, 3 * UsageJournal.SegmentBytes / detail.Length)
            .Select(i => SampleRows.Plain($"req_{i}") with { OptimizationDetail = detail })
            .ToArray();

        foreach (var row in rows)
            _journal.Keep(row);
        var most = Files().Length;
        new Random(1).Shuffle(rows);
        _journal.Settle(rows);

        most.ShouldBeInRange(3, 5);
        _journal.Count.ShouldBe(0);
        _journal.Dispose();
        Files().ShouldBeEmpty();
    }

    [Fact]
    public void Keep_DirectoryThatCannotBeMade_GoesOnWithoutIt()
    {
        Directory.CreateDirectory(_data.Path);
        File.WriteAllText(Path("file"), "");
        using var journal = Open("file");

        journal.Keep(SampleRows.Plain("req_1"));

        journal.Count.ShouldBe(0);
    }

    [Fact]
    public void Directory_IsForTheOwnerOnly()
    {
        _journal.Keep(SampleRows.Plain("req_1"));
        if (!OperatingSystem.IsWindows())
            File.GetUnixFileMode(Path("journal")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
