using System.Text.Json;
using PromptGateway.Tests.Gateway;
using PromptGateway.Tests.Storage;

namespace PromptGateway.Tests.Cli;

public sealed class RootCommandsTests
{
    [Theory]
    [InlineData("'nope'", "nope")]
    [InlineData("'nope'", "keys", "nope")]
    [InlineData("--name", "keys", "create", "--json")]
    public async Task Arguments_NotUnderstood_AreNamedAndStandardOutputStaysEmpty(string named, params string[] args)
    {
        var run = await CommandRun.OfAsync(args);

        run.ExitCode.ShouldBe(1);
        run.Output.ShouldBeEmpty();
        run.Error.ShouldContain(named);
        run.Error.ShouldContain("--help");
    }

    [Theory]
    [InlineData("Unrecognized command or argument 'nope'.", "keys", "nope")]
    [InlineData("Cannot parse argument 'x' for option '--usd' as a number.", "budgets", "raise", "b", "--until", "1d", "--usd", "x")]
    [InlineData("Cannot parse argument 'x' for option '--timeout' as a whole number.", "health", "--timeout", "x")]
    [InlineData("--timeout must be from 1 to 3600 seconds.", "health", "--timeout", "0")]
    public async Task Arguments_NotUnderstood_AreNamedInOnePlainLine(string line, params string[] args)
    {
        var run = await CommandRun.OfAsync(args);

        run.ExitCode.ShouldBe(1);
        run.Error.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries)[..^1].ShouldBe([line]);
    }

    [Fact]
    public async Task BudgetsRaise_BudgetThatIsNotThere_DoesNotBlameTheAddress()
    {
        await using var gateway = await TestGateway.StartAsync();

        var run = await CommandRun.OfAsync([
            .. (string[])["budgets", "raise", "budget_x", "--usd", "5", "--until", "1d"],
            .. (string[])["--management-url", gateway.ManagementAddress.ToString(), "--admin-key", TestGateway.AdminKey],
        ]);

        run.ExitCode.ShouldBe(2);
        run.Error.ShouldContain("No budget 'budget_x'");
        run.Error.ShouldNotContain("--management-url");
    }

    [Theory]
    [InlineData("--admin-key", "http://127.0.0.1:1", "--management-url")]
    [InlineData("--admin-key", "nonsense", "--management-url")]
    [InlineData("", "management", "--admin-key")]
    [InlineData("--admin-key", "api", "management address")]
    public async Task LedgerVerify_GatewayThatCannotBeAsked_SaysWhatToGive(string option, string where, string advice)
    {
        await using var gateway = await TestGateway.StartAsync();
        var url =
            where == "management" ? gateway.ManagementAddress.ToString()
            : where == "api" ? gateway.Address.ToString()
            : where;

        var run = await CommandRun.OfAsync([
            "ledger",
            "verify",
            "--management-url",
            url,
            .. option.Length == 0 ? Array.Empty<string>() : [option, TestGateway.AdminKey],
        ]);

        run.ExitCode.ShouldBe(2);
        run.Error.ShouldContain(advice);
    }

    /// <summary>As <c>keys</c> and <c>usage</c> find the database of the gateway that is configured here.</summary>
    [Theory]
    [InlineData("ledger", "verify")]
    [InlineData("budgets", "list")]
    public async Task CommandsOfARunningGateway_NoAddressNamed_AskTheOneThatIsConfigured(params string[] command)
    {
        await using var gateway = await TestGateway.StartAsync();
        using var directory = new TempDirectory();
        await ConfigureAsync(directory, new { Gateway = new { ManagementUrls = $"http://*:{gateway.ManagementAddress.Port}" } });

        var run = await CommandRun.OfAsync([.. command, "--config", directory.Path, "--admin-key", TestGateway.AdminKey]);

        run.ExitCode.ShouldBe(0, run.Error);
    }

    [Fact]
    public async Task LedgerVerify_NoBudgetUsedYet_SaysThatNothingWasCompared()
    {
        await using var gateway = await TestGateway.StartAsync();
        string[] options = ["--management-url", gateway.ManagementAddress.ToString(), "--admin-key", TestGateway.AdminKey];

        (await CommandRun.OfAsync(["ledger", "verify", .. options])).Output.ShouldContain("nothing to compare");
    }

    [Fact]
    public async Task CommandsOfARunningGateway_ConfigurationThatCannotBeRead_AskNobody()
    {
        using var directory = new TempDirectory();
        await ConfigureAsync(directory, null);
        var file = Path.Combine(directory.Path, "appsettings.json");
        await File.WriteAllTextAsync(file, "{");

        var run = await CommandRun.OfAsync("ledger", "verify", "--config", directory.Path);

        run.ExitCode.ShouldBe(2);
        run.Error.ShouldContain(file);
    }

    [Theory]
    [InlineData(2, "budgets", "list", "--management-url", "localhost:8081")]
    [InlineData(1, "health", "--url", "localhost:8081")]
    public async Task Address_WithoutItsScheme_SaysHowToWriteIt(int exitCode, params string[] command)
    {
        var run = await CommandRun.OfAsync(command);

        run.ExitCode.ShouldBe(exitCode);
        run.Error.ShouldContain("write it as http://");
    }

    [Fact]
    public async Task BudgetsRaise_TimeThatIsNone_SaysWhatToWrite()
    {
        string[] address = ["--management-url", "http://127.0.0.1:1"];

        var run = await CommandRun.OfAsync(["budgets", "raise", "budget_1", "--usd", "5", "--until", "tomorrow", .. address]);

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldStartWith("--until 'tomorrow' cannot be read");
    }

    private static Task ConfigureAsync(TempDirectory directory, object? settings)
    {
        Directory.CreateDirectory(directory.Path);
        return File.WriteAllTextAsync(Path.Combine(directory.Path, "appsettings.json"), JsonSerializer.Serialize(settings));
    }
}
