using PromptGateway.Tests.Gateway;

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
}
