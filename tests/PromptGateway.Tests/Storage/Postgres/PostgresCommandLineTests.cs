using System.Diagnostics;
using PromptGateway.Keys;
using PromptGateway.Storage.Postgres;

namespace PromptGateway.Tests.Storage.Postgres;

/// <summary>Real processes of the command line on one PostgreSQL.</summary>
[Collection(PostgresCollection.Name)]
public sealed class PostgresCommandLineTests(PostgresServer server)
{
    [Fact]
    public async Task KeysAndUsage_WithTheVariableSet_WorkOnPostgres()
    {
        var connectionString = await server.CreateDatabaseAsync();
        await using var database = TestPostgres.Database(connectionString);
        await new PostgresUsageLog(database).AppendAsync([SampleRows.Priced("1", "gpt-4o", 1_000_000_000)], default);

        (await RunAsync(connectionString, "keys", "create", "--name", "made-here")).Code.ShouldBe(0);

        (await new PostgresKeyStore(database).ReadChangesAsync(0, default)).Changed.ShouldHaveSingleItem().Name.ShouldBe("made-here");
        (await RunAsync(connectionString, "keys", "list")).Output.ShouldContain("made-here");
        (await RunAsync(connectionString, "usage")).Output.ShouldContain("gpt-4o");
    }

    [Fact]
    public async Task Keys_WrongDatabase_IsOneLineWithoutTheSecret()
    {
        var (code, output) = await RunAsync("postgres://user:secret-word@127.0.0.1:1/gate", "keys", "list");

        code.ShouldBe(1);
        output.ShouldContain("127.0.0.1");
        output.ShouldNotContain("secret-word");
        output.ShouldNotContain("   at ");
    }

    private static async Task<(int Code, string Output)> RunAsync(string connectionString, params string[] args)
    {
        using var directory = new TempDirectory();
        var start = new ProcessStartInfo("dotnet", [typeof(KeyRing).Assembly.Location, .. args])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["PROMPTGATEWAY_DATA"] = directory.Path, ["PROMPTGATEWAY_DATABASE"] = connectionString },
        };
        Directory.CreateDirectory(directory.Path);
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await error);
    }
}
