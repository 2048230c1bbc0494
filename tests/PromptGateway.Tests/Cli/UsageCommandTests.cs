using System.Text.Json;
using PromptGateway.Storage.Sqlite;
using PromptGateway.Tests.Storage;

namespace PromptGateway.Tests.Cli;

public sealed class UsageCommandTests : IAsyncLifetime, IDisposable
{
    private readonly TempDirectory _directory = new();

    public async Task InitializeAsync()
    {
        using var ledger = new SqliteUsageLog(new SqliteDatabase(_directory.Path));
        await ledger.AppendAsync(
            [
                SampleRows.Priced("1", "gpt-4o", 2_000_000, 1500) with
                {
                    KeyName = "app",
                },
                SampleRows.Priced("2", "o3", 340_000, 2500) with
                {
                    KeyName = "app",
                    Team = "search",
                },
            ],
            default
        );
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _directory.Dispose();

    private Task<CommandRun> RunAsync(params string[] args) => CommandRun.OfAsync(["usage", .. args, "--data", _directory.Path]);

    [Fact]
    public async Task Usage_NoOptions_ShowsModelsAndTheTotal()
    {
        var run = await RunAsync();

        run.ExitCode.ShouldBe(0);
        var rows = run
            .Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .ToArray();
        rows.Skip(1)
            .Select(row => (row[0], row[1], row[6]))
            .ShouldBe([("gpt-4o", "1", "0.002000"), ("o3", "1", "0.000340"), ("total", "2", "0.002340")]);
    }

    [Fact]
    public async Task Usage_ByKey_ShowsNameAndId() => (await RunAsync("--group-by", "key")).Output.ShouldContain("app (key_a)");

    [Fact]
    public async Task Usage_FilterAndJson_IsWhatTheAdminApiGives()
    {
        var run = await RunAsync(
            "--json",
            "--team",
            "search",
            "--from",
            "2026-11-21",
            "--to",
            "2026-11-22T00:00:00Z",
            "--group-by",
            "none"
        );
        var body = JsonSerializer.Deserialize<JsonElement>(run.Output);

        body.GetProperty("total_requests").GetInt64().ShouldBe(1);
        body.GetProperty("total_cost_usd").GetRawText().ShouldBe("0.00034");
    }

    [Theory]
    [InlineData("--from", "yesterday")]
    [InlineData("--group-by", "hour")]
    public async Task Usage_OptionThatMakesNoSense_Fails(string option, string value)
    {
        var run = await RunAsync(option, value);
        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain(value);
    }

    [Fact]
    public async Task Usage_EndBeforeItsBeginning_IsRefusedAsTheAdminApiDoes()
    {
        var run = await RunAsync("--from", "2027-01-02", "--to", "2027-01-01");
        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain("--to must be later than --from");
    }
}
