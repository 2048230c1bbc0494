using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace PromptGateway.Tests.Gateway;

/// <summary>What a change of <c>yarp.json</c> does to a gateway that serves.</summary>
public sealed class RoutingReloadTests
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(2);
    private const string Stream = """{"model":"one","stream":true,"stream_options":{"include_usage":true},"messages":[]}""";

    private static string File(FakeUpstream upstream, string models) =>
        $$"""
            {"ReverseProxy":{"Clusters":{"c":{"Metadata":{"Models":"{{models}}"},"Destinations":{"d":{"Address":"{{upstream.Address}}v1"} } } } } }
            """;

    private static StringContent Ask(string model) => new($$"""{"model":"{{model}}","messages":[]}""", Encoding.UTF8, "application/json");

    private static async Task<HttpStatusCode> StatusAsync(TestGateway gateway, string model) =>
        (await gateway.Client.PostAsync("/v1/chat/completions", Ask(model))).StatusCode;

    /// <summary>YARP takes a new configuration over on its own time, after the file was read.</summary>
    private static async Task<HttpStatusCode> StatusWhenNotAsync(TestGateway gateway, string model, HttpStatusCode before)
    {
        for (var i = 0; i < 500; i++)
        {
            if (await StatusAsync(gateway, model) is var status && status != before)
                return status;
            await Task.Delay(10);
        }
        return before;
    }

    [Fact]
    public async Task File_Changed_IsInUseAfterThePollAndOpenStreamsGoOn()
    {
        var clock = new TestClock();
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var old = await FakeUpstream.StartAsync(
            async (context, _) =>
            {
                await FakeUpstream.StreamAsync(context, ChatAnswers.Text("Hel"));
                await goOn.Task;
                await context.Response.WriteAsync(ChatAnswers.Text("lo") + ChatAnswers.Finish + ChatAnswers.UsageChunk + ChatAnswers.Done);
            }
        );
        await using var next = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(
            yarpJson: File(old, "one"),
            change: builder => builder.Services.AddSingleton<TimeProvider>(clock)
        );
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions")
        {
            Content = new StringContent(Stream, Encoding.UTF8, "application/json"),
        };
        using var open = await gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);

        await System.IO.File.WriteAllTextAsync(gateway.ConfigFile, File(next, "one two"));
        (await StatusAsync(gateway, "two")).ShouldBe(HttpStatusCode.NotFound);
        clock.Advance(Poll);
        (await StatusWhenNotAsync(gateway, "two", HttpStatusCode.NotFound)).ShouldBe(HttpStatusCode.OK);
        next.Received.ShouldHaveSingleItem();
        goOn.SetResult();

        (await open.Content.ReadAsStringAsync()).ShouldBe(
            ChatAnswers.Text("Hel") + ChatAnswers.Text("lo") + ChatAnswers.Finish + ChatAnswers.UsageChunk + ChatAnswers.Done
        );
        var row = gateway.LedgerRowAsync(open);
        // The ledger's writer gathers rows for a while, by the same clock.
        while (await Task.WhenAny(row, Task.Delay(5)) != row)
            clock.Advance(TimeSpan.FromMilliseconds(200));
        (await row).Outcome.ShouldBe("ok");
    }

    [Theory]
    [InlineData("{ not json", "yarp.json")]
    [InlineData("""{"ReverseProxy":{"Clusters":{"c":{"Metadata":{"ApiKey":"${MISSING_VARIABLE}"}}}}}""", "MISSING_VARIABLE is not set")]
    [InlineData("""{"Prices":{"File":"/nowhere/prices.csv"}}""", "Prices:File '/nowhere/prices.csv'")]
    public async Task File_Broken_KeepsTheLastGoodOneAndSaysWhy(string broken, string says)
    {
        var clock = new TestClock();
        using var log = new MemoryStream();
        await using var upstream = await FakeUpstream.StartAsync();
        var gateway = await TestGateway.StartAsync(
            yarpJson: File(upstream, "one"),
            change: builder => builder.Services.AddSingleton<TimeProvider>(clock),
            logOutput: log
        );
        await using (gateway)
        {
            await System.IO.File.WriteAllTextAsync(gateway.ConfigFile, broken);
            clock.Advance(Poll);

            (await StatusAsync(gateway, "one")).ShouldBe(HttpStatusCode.OK);
            (await gateway.Management.GetStringAsync("/metrics")).ShouldContain(
                "promptgateway_config_reloads_total{result=\"failed\"} 1",
                customMessage: "The refused reload is counted."
            );
            await System.IO.File.WriteAllTextAsync(gateway.ConfigFile, File(upstream, "one two"));
            clock.Advance(Poll);
            (await StatusWhenNotAsync(gateway, "two", HttpStatusCode.NotFound)).ShouldBe(HttpStatusCode.OK);
        }
        var text = Encoding.UTF8.GetString(log.ToArray());
        text.ShouldContain("the last good one keeps serving");
        text.ShouldContain(says);
    }

    [Fact]
    public async Task File_Deleted_ChangesNothing()
    {
        var clock = new TestClock();
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(
            yarpJson: File(upstream, "one"),
            change: builder => builder.Services.AddSingleton<TimeProvider>(clock)
        );

        System.IO.File.Delete(gateway.ConfigFile);
        clock.Advance(Poll);

        (await StatusAsync(gateway, "one")).ShouldBe(HttpStatusCode.OK);
    }
}
