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

    /// <summary>Field report 68: clients that are still in use were closed when others took their place.</summary>
    [Fact]
    public async Task HttpClient_ChangedAgainAndAgainUnderLoad_FailsNoCall()
    {
        var clock = new ShiftedClock();
        await using var upstream = await FakeUpstream.StartAsync();
        string File(int connections) =>
            $$"""
                {"ReverseProxy":{"Clusters":{"c":{"Metadata":{"Models":"one"},"HttpClient":{"MaxConnectionsPerServer":{{connections}}},
                "Destinations":{"d":{"Address":"{{upstream.Address}}v1"} } } } } }
                """;
        await using var gateway = await TestGateway.StartAsync(
            yarpJson: File(10),
            change: builder => builder.Services.AddSingleton<TimeProvider>(clock)
        );
        using var stop = new CancellationTokenSource();
        var calls = 0;
        var load = Enumerable.Range(0, 4).Select(_ => CallAsync()).ToArray();

        for (var i = 1; i <= 10; i++)
        {
            await System.IO.File.WriteAllTextAsync(gateway.ConfigFile, File(10 + i));
            clock.Advance(Poll);
            await Eventually.BecomesAsync(async () =>
                (await AdminCalls.MetricsAsync(gateway)).Contains($"promptgateway_config_reloads_total{{result=\"applied\"}} {i}\n")
            );
            var before = Volatile.Read(ref calls);
            await Eventually.BecomesAsync(() => Task.FromResult(Volatile.Read(ref calls) >= before + 8));
        }
        await stop.CancelAsync();

        (await Task.WhenAll(load)).ShouldAllBe(failed => failed == 0);

        async Task<int> CallAsync()
        {
            var failed = 0;
            while (!stop.IsCancellationRequested)
            {
                if (await StatusAsync(gateway, "one") != HttpStatusCode.OK)
                    failed++;
                Interlocked.Increment(ref calls);
            }
            return failed;
        }
    }

    /// <summary>Field report 59: a new model that has its price already, and that keys for its family may not use yet.</summary>
    [Fact]
    public async Task NewModel_OfAPriceFile_IsPricedListedAndAllowedAtTheSameMoment()
    {
        var clock = new ShiftedClock();
        await using var upstream = await FakeUpstream.StartAsync();
        string File(string? prices) =>
            $$"""
                { {{(prices is null ? "" : $"\"Prices\":{{\"File\":\"{prices}\"}},")}}
                "ReverseProxy":{"Clusters":{"c":{"Metadata":{"Models":"gpt-*"},"Destinations":{"d":{"Address":"{{upstream.Address}}v1"} } } } } }
                """;
        await using var gateway = await TestGateway.StartAsync(
            yarpJson: File(null),
            change: builder => builder.Services.AddSingleton<TimeProvider>(clock)
        );
        var (_, client) = await AdminCalls.NewKeyAsync(gateway, ""","models":["gpt-9*"]""");
        var prices = Path.Combine(Path.GetDirectoryName(gateway.ConfigFile)!, "prices.csv");
        await System.IO.File.WriteAllTextAsync(prices, "head\nopenai,gpt-9-new,10,,,20,,,\n");
        (await client.GetStringAsync("/v1/models")).ShouldNotContain("gpt-9-new");

        await System.IO.File.WriteAllTextAsync(gateway.ConfigFile, File(prices));
        clock.Advance(Poll);
        await Eventually.BecomesAsync(async () => (await client.GetStringAsync("/v1/models")).Contains("gpt-9-new"));

        using var answer = await client.PostAsync("/v1/chat/completions", Ask("gpt-9-new"));
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        // 12 x 10 + 5 x 20
        (await gateway.LedgerRowAsync(answer)).CostNanoUsd.ShouldBe(120_000 + 100_000);
        client.Dispose();
    }

    /// <summary>Field report 57: a new price that reaches one replica and not the other has to be seen.</summary>
    [Fact]
    public async Task Catalogs_OfReplicas_ShowTheSameNumberWhereTheyAreTheSame()
    {
        var prices = Path.GetTempFileName();
        await using var upstream = await FakeUpstream.StartAsync();
        string File(string key, bool priced) =>
            $$"""
                { {{(priced ? $"\"Prices\":{{\"File\":\"{prices}\"}}," : "")}}
                "ReverseProxy":{"Clusters":{"c":{"Metadata":{"Models":"gpt-*","ApiKey":"{{key}}"},"Destinations":{"d":{"Address":"{{upstream.Address}}v1"} } } } } }
                """;
        async Task<string> NumberAsync(string file)
        {
            await using var gateway = await TestGateway.StartAsync(yarpJson: file);
            return (await AdminCalls.MetricsAsync(gateway))
                .Split('\n')
                .Single(line => line.StartsWith("promptgateway_catalog_fingerprint "));
        }
        await System.IO.File.WriteAllTextAsync(prices, "head\nopenai,gpt-4o,9,,,9,,,\n");

        var one = await NumberAsync(File("sk-one-0123456789", priced: false));
        var same = await NumberAsync(File("sk-two-0123456789", priced: false));
        var other = await NumberAsync(File("sk-one-0123456789", priced: true));

        same.ShouldBe(one);
        other.ShouldNotBe(one);
        System.IO.File.Delete(prices);
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
