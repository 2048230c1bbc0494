using System.Globalization;
using Microsoft.Data.Sqlite;
using PromptGateway.Keys;
using PromptGateway.Storage;
using PromptGateway.Storage.Sqlite;
using PromptGateway.Tests.Keys;

namespace PromptGateway.Tests.Storage;

public sealed class SqliteDatabaseTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    [Fact]
    public void Open_FreshDirectory_CreatesWhatOnlyTheOwnerCanRead()
    {
        var database = new SqliteDatabase(_directory.Path);
        using var connection = database.Open(Durability.PowerLoss);
        SqlitePragma.Read(connection, "journal_mode").ShouldBe("wal");
        SqlitePragma.Read(connection, "synchronous").ShouldBe("2");
        connection.Execute("INSERT INTO settings VALUES ('a', 'b')");

        if (OperatingSystem.IsWindows())
            return;
        File.GetUnixFileMode(_directory.Path).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        foreach (var file in Directory.GetFiles(_directory.Path))
            File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite, file);
    }

    /// <summary>As when the disk is full: SQLite has rolled back by itself, and that nothing is left to roll back hid why.</summary>
    [Fact]
    public async Task Write_CommitThatFails_SaysWhy()
    {
        using var session = new SqliteSession(new SqliteDatabase(_directory.Path), Durability.ProcessCrash);

        var failure = await Should.ThrowAsync<SqliteException>(() =>
            session.WriteAsync(
                connection =>
                {
                    SQLitePCL.raw.sqlite3_commit_hook(connection.Handle, _ => 1, null);
                    return connection.Execute("INSERT INTO settings VALUES ('a', 'b')");
                },
                default
            )
        );

        failure.SqliteErrorCode.ShouldBe(SQLitePCL.raw.SQLITE_CONSTRAINT);
        await session.WriteAsync(connection => connection.Execute("INSERT INTO settings VALUES ('a', 'b')"), default);
    }

    [Fact]
    public async Task Open_ManyAtOnceOnAFreshDirectory_AllWorkAndMigrateOnce()
    {
        var barrier = new Barrier(16);
        await Task.WhenAll(
            Enumerable
                .Range(0, 16)
                .Select(i =>
                    Task.Factory.StartNew(
                        () =>
                        {
                            barrier.SignalAndWait();
                            using var connection = new SqliteDatabase(_directory.Path).Open(Durability.PowerLoss);
                            connection.Execute(
                                "INSERT INTO settings VALUES ($name, 'x')",
                                ("$name", i.ToString(CultureInfo.InvariantCulture))
                            );
                        },
                        TaskCreationOptions.LongRunning
                    )
                )
        );

        using var check = new SqliteDatabase(_directory.Path).Open(Durability.ProcessCrash);
        using var command = check.Command("SELECT (SELECT COUNT(*) FROM settings) * 100 + (SELECT COUNT(*) FROM counters)");
        command.ExecuteScalar().ShouldBe(1602L);
        SqlitePragma.Read(check, "user_version").ShouldBe(SqliteSchema.Version.ToString(CultureInfo.InvariantCulture));
        SqlitePragma.Read(check, "integrity_check").ShouldBe("ok");
    }

    [Fact]
    public void Open_DatabaseOfANewerVersion_IsRefusedAndLeftAlone()
    {
        using (var connection = new SqliteDatabase(_directory.Path).Open(Durability.PowerLoss))
            SqlitePragma.Execute(connection, "user_version=999");

        var refused = Should.Throw<StorageException>(() => new SqliteDatabase(_directory.Path).Open(Durability.PowerLoss));

        refused.Message.ShouldContain("newer");
        refused.Message.ShouldContain("999");
        refused.Message.ShouldContain("PROMPTGATEWAY_DATA");
    }

    [Fact]
    public void Open_FileThatIsNoDatabase_IsRefusedAndLeftAlone()
    {
        Directory.CreateDirectory(_directory.Path);
        var file = Path.Combine(_directory.Path, SqliteDatabase.FileName);
        var text = string.Concat(Enumerable.Repeat("not a database ", 100));
        File.WriteAllText(file, text);

        Should.Throw<StorageException>(() => new SqliteDatabase(_directory.Path).Open(Durability.PowerLoss)).Message.ShouldContain(file);
        File.ReadAllText(file).ShouldBe(text);
    }

    [Fact]
    public void Open_DirectoryThatCannotBeCreated_SaysWhatToDo()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_directory.Path)!);
        File.WriteAllText(_directory.Path, "a file");

        Should
            .Throw<StorageException>(() => new SqliteDatabase(_directory.Path).Open(Durability.PowerLoss))
            .Message.ShouldContain("PROMPTGATEWAY_DATA");
    }

    /// <summary>Field report bifrost#5673: keys must come back with their limits and budgets.</summary>
    [Fact]
    public async Task Restart_KeyWithLimitsAndBudgets_ReadsBackTheSame()
    {
        ApiKey inserted;
        using (var store = new SqliteKeyStore(new SqliteDatabase(_directory.Path)))
            inserted = await store.InsertAsync(SampleKeys.Full("key_a", "secret"), default);

        using var after = new SqliteKeyStore(new SqliteDatabase(_directory.Path));
        (await after.FindAsync("key_a", default)).ShouldEqual(inserted);
    }

    [Fact]
    public async Task Settings_AddedTwice_KeepTheFirstValueForAll()
    {
        using var first = new SqliteSettings(new SqliteDatabase(_directory.Path));
        using var second = new SqliteSettings(new SqliteDatabase(_directory.Path));

        (await first.FindAsync("a", default)).ShouldBeNull();
        (await first.TryAddAsync("a", "1", default)).ShouldBeTrue();
        (await second.TryAddAsync("a", "2", default)).ShouldBeFalse();
        (await second.FindAsync("a", default)).ShouldBe("1");
    }

    [Theory]
    [InlineData("given", "variable", "given")]
    [InlineData(null, "variable", "variable")]
    [InlineData(" ", "", "data")]
    public void DataDirectory_Resolve_TakesTheFirstThatIsSet(string? given, string? variable, string expected) =>
        DataDirectory.Resolve(given, variable).ShouldBe(Path.GetFullPath(expected));

    public void Dispose() => _directory.Dispose();
}
