using System.Diagnostics;
using System.Globalization;
using PromptGateway.Keys;
using PromptGateway.Storage.Sqlite;
using PromptGateway.Tests.Storage;

namespace PromptGateway.Tests.Cli;

/// <summary>Real processes on one database.</summary>
public sealed class SeveralProcessesTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    private async Task<string> RunAsync(params string[] args)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(KeyRing).Assembly.Location, .. args])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["PROMPTGATEWAY_DATA"] = _directory.Path },
        };
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0, await error);
        return await output;
    }

    [Fact]
    public async Task Create_ThreeProcessesStartTogetherOnAFreshDirectory_AllKeysAreThere()
    {
        await Task.WhenAll(
            Enumerable.Range(0, 3).Select(i => RunAsync("keys", "create", "--name", "k" + i.ToString(CultureInfo.InvariantCulture)))
        );

        using var store = new SqliteKeyStore(new SqliteDatabase(_directory.Path));
        (await store.ReadChangesAsync(0, default)).Changed.Select(key => key.Name).Order().ShouldBe(["k0", "k1", "k2"]);
        (await RunAsync("keys", "list")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(4);
    }

    public void Dispose() => _directory.Dispose();
}
