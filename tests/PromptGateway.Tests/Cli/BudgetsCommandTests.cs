using System.CommandLine;
using System.Net;
using PromptGateway.Cli;
using PromptGateway.Tests.Gateway;

namespace PromptGateway.Tests.Cli;

public sealed class BudgetsCommandTests
{
    private static async Task<(int Code, string Text)> RunAsync(TestGateway gateway, params string[] words)
    {
        var output = new StringWriter();
        string[] all = ["budgets", .. words, "--management-url", gateway.ManagementAddress.ToString(), "--admin-key", TestGateway.AdminKey];
        var code = await RootCommands.Create().Parse(all).InvokeAsync(new InvocationConfiguration { Output = output, Error = output });
        return (code, output.ToString());
    }

    [Fact]
    public async Task Budget_RaisedListedAndWithdrawn_OnTheCommandLine()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(
            upstream.Environment,
            configuration: new() { ["Budgets:Rules:0:Tokens"] = "5" }
        );
        async Task<HttpStatusCode> StatusAsync() =>
            (await gateway.Client.PostAsync(ChatRequests.Path, ChatRequests.Json(ChatRequests.Plain))).StatusCode;
        (await StatusAsync()).ShouldBe(HttpStatusCode.TooManyRequests);
        var id = (await RunAsync(gateway, "list")).Text.Split('\n')[1].Split(' ')[0];

        var until = DateTimeOffset.UtcNow.AddHours(1).ToString("O");
        var (code, raised) = await RunAsync(gateway, "raise", id, "--tokens", "10000", "--until", until);
        code.ShouldBe(0, raised);
        (await StatusAsync()).ShouldBe(HttpStatusCode.OK);
        (await RunAsync(gateway, "list")).Text.ShouldContain($"10000 for {id} until");

        (await RunAsync(gateway, "withdraw", raised.Split(':')[0])).ShouldBe(
            (0, $"Withdrawn {raised.Split(':')[0]}.{Environment.NewLine}")
        );
        (await StatusAsync()).ShouldBe(HttpStatusCode.TooManyRequests);
        var (refused, why) = await RunAsync(gateway, "raise", "budget_none", "--tokens", "1", "--until", until);
        refused.ShouldBe(2);
        why.ShouldContain("No budget 'budget_none'");
    }
}
