using System.Text.Json;
using PromptGateway.Keys;
using PromptGateway.Storage.Sqlite;
using PromptGateway.Tests.Keys;
using PromptGateway.Tests.Storage;

namespace PromptGateway.Tests.Cli;

public sealed class KeysCommandTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    private Task<CommandRun> RunAsync(params string[] args) => CommandRun.OfAsync([.. args, "--data", _directory.Path]);

    private async Task<JsonElement> JsonAsync(params string[] args)
    {
        var run = await RunAsync([.. args, "--json"]);
        run.ExitCode.ShouldBe(0, run.Error);
        return JsonSerializer.Deserialize<JsonElement>(run.Output);
    }

    private async Task<string> CreateAsync() => (await JsonAsync("keys", "create", "--name", "app")).GetProperty("id").GetString()!;

    [Fact]
    public async Task Create_ConfigurationThatNamesTheDirectory_MakesTheKeyThere()
    {
        var data = Path.Combine(_directory.Path, "elsewhere");
        Directory.CreateDirectory(_directory.Path);
        await File.WriteAllTextAsync(
            Path.Combine(_directory.Path, "appsettings.json"),
            JsonSerializer.Serialize(new { Gateway = new { Data = data } })
        );

        (await CommandRun.OfAsync("keys", "create", "--name", "app", "--config", _directory.Path)).ExitCode.ShouldBe(0);

        File.Exists(Path.Combine(data, SqliteDatabase.FileName)).ShouldBeTrue();
    }

    [Fact]
    public async Task Create_ConfigurationThatCannotBeRead_MakesNoKey()
    {
        Directory.CreateDirectory(_directory.Path);
        var file = Path.Combine(_directory.Path, "yarp.json");
        await File.WriteAllTextAsync(file, "{");

        var run = await RunAsync("keys", "create", "--name", "app", "--config", file);

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain(file);
        File.Exists(Path.Combine(_directory.Path, SqliteDatabase.FileName)).ShouldBeFalse();
    }

    [Fact]
    public async Task Create_AllOptions_StoresThemAndPrintsTheSecretOnce()
    {
        var key = await JsonAsync([
            "keys",
            "create",
            "--name",
            "app",
            "--team",
            "search",
            "--owner",
            "ann",
            "--models",
            "gpt-4o*,o3",
            "--models",
            "o4-mini",
            "--expires",
            "2127-01-31",
            "--policy",
            "lossless",
            "--limit",
            "3500 requests/minute",
            "--limit",
            "90000 tokens/day for gpt-4o*,o3",
            "--limit",
            "16 concurrent",
            "--budget",
            "10.5 usd/month strict",
            "--budget",
            "2000000 tokens/day",
            "--metadata",
            "env=prod",
            "--metadata",
            "a=b=c",
        ]);

        var id = key.GetProperty("id").GetString()!;
        var secret = key.GetProperty("key").GetString()!;
        KeySecret.IsWellFormed(secret).ShouldBeTrue();
        using var store = new SqliteKeyStore(new SqliteDatabase(_directory.Path));
        var stored = await store.FindAsync(id, default);
        stored.ShouldEqual(
            new ApiKey
            {
                Id = id,
                Version = stored!.Version,
                Hash = KeyHash.Of(secret),
                Prefix = secret[..7],
                Name = "app",
                Team = "search",
                Owner = "ann",
                Models = ["gpt-4o*", "o3", "o4-mini"],
                Policy = "lossless",
                Limits =
                [
                    new LimitSpec { Requests = 3500, Per = "minute" },
                    new LimitSpec
                    {
                        Tokens = 90000,
                        Per = "day",
                        Models = ["gpt-4o*", "o3"],
                    },
                    new LimitSpec { Concurrent = 16 },
                ],
                Budgets =
                [
                    new BudgetSpec
                    {
                        Usd = 10.5m,
                        Per = "month",
                        Mode = "strict",
                    },
                    new BudgetSpec
                    {
                        Tokens = 2_000_000,
                        Per = "day",
                        Mode = "hard",
                    },
                ],
                Metadata = new Dictionary<string, string> { ["env"] = "prod", ["a"] = "b=c" },
                CreatedAt = stored.CreatedAt,
                ExpiresAt = new DateTimeOffset(2127, 1, 31, 0, 0, 0, TimeSpan.Zero),
            }
        );
        (await RunAsync("keys", "show", id)).Output.ShouldNotContain(secret);
        (await RunAsync("keys", "list")).Output.ShouldNotContain(secret);
    }

    [Fact]
    public async Task Create_RunningGateway_AcceptsTheKeyAtItsNextPoll()
    {
        using var store = new SqliteKeyStore(new SqliteDatabase(_directory.Path));
        using var ring = new KeyRing(store, new KeysOptions(), TimeProvider.System);
        await ring.RefreshAsync(default);
        var created = await JsonAsync("keys", "create", "--name", "app");
        var secret = created.GetProperty("key").GetString();
        ring.Find(secret).Status.ShouldBe(KeyStatus.Unknown);

        await ring.RefreshAsync(default);
        ring.Find(secret).Status.ShouldBe(KeyStatus.Found);
        await RunAsync("keys", "revoke", created.GetProperty("id").GetString()!);
        await ring.RefreshAsync(default);
        ring.Find(secret).Status.ShouldBe(KeyStatus.Revoked);
    }

    [Fact]
    public async Task Create_Plain_PrintsTheSecretForPeople()
    {
        var run = await RunAsync("keys", "create", "--name", "app", "--expires", "90d");

        run.ExitCode.ShouldBe(0);
        run.Output.ShouldMatch(@"Created key_\w+ \(app\)\. The secret is shown only now:\s+pg-\w{49}\s+$");
    }

    [Theory]
    [InlineData("--limit", "many requests/minute")]
    [InlineData("--limit", "5 requests")]
    [InlineData("--limit", "5 cats/minute")]
    [InlineData("--limit", "5 requests/minute on gpt")]
    [InlineData("--limit", "5 requests/year")]
    [InlineData("--limit", "0 requests/minute")]
    [InlineData("--budget", "10 eur/month")]
    [InlineData("--budget", "10 usd")]
    [InlineData("--budget", "10 usd/month lax")]
    [InlineData("--budget", "-1 usd/month")]
    [InlineData("--expires", "someday")]
    [InlineData("--expires", "2020-01-01")]
    [InlineData("--expires", "99999999d")]
    [InlineData("--metadata", "novalue")]
    [InlineData("--models", "a b")]
    [InlineData("--name", "")]
    public async Task Create_OptionThatMakesNoSense_FailsWithALineAndCreatesNothing(string option, string value)
    {
        string[] args = option == "--name" ? ["keys", "create", option, value] : ["keys", "create", "--name", "app", option, value];
        var run = await RunAsync(args);

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldNotBeNullOrWhiteSpace();
        run.Error.ShouldNotContain("   at ");
        (await RunAsync("keys", "list")).Output.ShouldNotContain("key_");
    }

    [Fact]
    public async Task Update_SomeFields_LeavesTheOthers()
    {
        var id = (await JsonAsync("keys", "create", "--name", "app", "--team", "search", "--limit", "5 requests/minute"))
            .GetProperty("id")
            .GetString()!;
        var updated = await JsonAsync(
            "keys",
            "update",
            id,
            "--name",
            "new",
            "--clear",
            "team",
            "--budget",
            "50 usd/total soft for gpt-4o*"
        );

        updated.GetProperty("name").GetString().ShouldBe("new");
        updated.GetProperty("team").ValueKind.ShouldBe(JsonValueKind.Null);
        updated.GetProperty("limits").GetArrayLength().ShouldBe(1);
        updated.GetProperty("budgets")[0].GetProperty("models")[0].GetString().ShouldBe("gpt-4o*");
        var shown = (await RunAsync("keys", "show", id)).Output;
        shown.ShouldContain("5 requests/minute");
        shown.ShouldContain("50 usd/total soft for gpt-4o*");
    }

    [Fact]
    public async Task Rotate_WithGrace_KeepsTheOldSecretForIt()
    {
        var id = await CreateAsync();
        var rotated = await JsonAsync("keys", "rotate", id, "--grace", "12h");

        rotated.GetProperty("key").GetString()!.ShouldStartWith("pg-");
        rotated
            .GetProperty("previous_key_expires_at")
            .GetDateTimeOffset()
            .ShouldBeInRange(DateTimeOffset.UtcNow.AddHours(11), DateTimeOffset.UtcNow.AddHours(12));
        (await RunAsync("keys", "rotate", id, "--grace", "31d")).ExitCode.ShouldBe(1);
        (await RunAsync("keys", "rotate", id, "--grace", "soon")).Error.ShouldContain("--grace");
    }

    [Fact]
    public async Task RevokeAndDelete_Key_EndIt()
    {
        var id = await CreateAsync();
        (await JsonAsync("keys", "revoke", id)).GetProperty("status").GetString().ShouldBe("revoked");
        (await RunAsync("keys", "rotate", id)).Error.ShouldContain("revoked");
        (await JsonAsync("keys", "delete", id)).GetProperty("deleted").GetBoolean().ShouldBeTrue();
        (await JsonAsync("keys", "list")).GetProperty("total").GetInt32().ShouldBe(0);
    }

    [Theory]
    [InlineData("show")]
    [InlineData("update")]
    [InlineData("rotate")]
    [InlineData("revoke")]
    [InlineData("delete")]
    public async Task AnyCommand_UnknownKey_FailsAndSaysSo(string command)
    {
        await CreateAsync();
        var run = await RunAsync("keys", command, "key_none");

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain("key_none");
    }

    [Fact]
    public async Task List_NoDatabase_FailsInsteadOfMakingOne()
    {
        var run = await RunAsync("keys", "list");

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain("--data");
        Directory.Exists(_directory.Path).ShouldBeFalse();
    }

    [Fact]
    public async Task List_Team_ShowsOnlyItsKeysInColumns()
    {
        await RunAsync("keys", "create", "--name", "one", "--team", "a");
        await RunAsync("keys", "create", "--name", "two", "--team", "b");
        var lines = (await RunAsync("keys", "list", "--team", "b")).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

        lines.Length.ShouldBe(2);
        lines[0].ShouldStartWith("id ");
        lines[1].IndexOf("two", StringComparison.Ordinal).ShouldBe(lines[0].IndexOf("name", StringComparison.Ordinal));
    }

    public void Dispose() => _directory.Dispose();
}
