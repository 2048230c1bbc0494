using Microsoft.Data.Sqlite;
using PromptGateway.Storage.Sqlite;
using PromptGateway.Tests.Storage;

namespace PromptGateway.Tests.Cli;

/// <summary>Database files that were good once.</summary>
public sealed class DatabaseFailureTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    private string File => Path.Combine(_directory.Path, SqliteDatabase.FileName);

    [Fact]
    public async Task KeysList_DatabaseWithDamagedPages_SaysWhatToDo()
    {
        await MakeAsync();
        using (var file = new FileStream(File, FileMode.Open))
        {
            file.Position = 4096;
            file.Write(Enumerable.Repeat((byte)0xA5, (int)(file.Length - file.Position)).ToArray());
        }

        var run = await CommandRun.OfAsync("keys", "list", "--data", _directory.Path);

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain("Restore a backup");
    }

    [Fact]
    public void Words_DatabaseOfAnotherUser_SayWhoMustBeAbleToWrite() =>
        PromptGateway
            .Cli.DatabaseFailure.Words(new SqliteException("attempt to write a readonly database", SQLitePCL.raw.SQLITE_READONLY))
            .ShouldContain("must be able to write");

    [Fact]
    public void Words_DatabaseServerThatIsAway_NameTheSetting() =>
        PromptGateway
            .Cli.DatabaseFailure.Words(new Npgsql.NpgsqlException("Failed to connect to 127.0.0.1:1"))
            .ShouldContain("Check PROMPTGATEWAY_DATABASE.");

    private async Task MakeAsync()
    {
        (await CommandRun.OfAsync("keys", "create", "--name", "app", "--data", _directory.Path)).ExitCode.ShouldBe(0);
        // What is in the log beside the file would be read in place of the damaged pages.
        using var connection = new SqliteDatabase(_directory.Path).Open(Durability.ProcessCrash);
        SqlitePragma.Execute(connection, "wal_checkpoint(TRUNCATE)");
    }

    public void Dispose() => _directory.Dispose();
}
