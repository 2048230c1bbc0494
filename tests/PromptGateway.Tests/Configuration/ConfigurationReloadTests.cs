using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using PromptGateway.Configuration;
using PromptGateway.Tests.Gateway;

namespace PromptGateway.Tests.Configuration;

/// <summary>What changed files do to a gateway that runs. (Streams across a change: <see cref="RoutingReloadTests"/>.)</summary>
public sealed class ConfigurationReloadTests
{
    private const string Secret = "a-declared-key-0123456789";

    private static string Keys(string secret) =>
        $$"""{"Keys":[{"Name":"declared","Hash":"{{Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(secret)))}}"}]}""";

    private static Task<TestGateway> StartAsync(ConfigurationFolder folder, TestClock clock, Stream? log = null) =>
        TestGateway.StartAsync(
            settings: settings => settings with { Sources = folder.Sources },
            change: builder => builder.Services.AddSingleton<TimeProvider>(clock),
            logOutput: log
        );

    private static async Task<HttpStatusCode> ModelsAsync(TestGateway gateway, string secret)
    {
        using var client = gateway.NewClient(secret);
        return (await client.GetAsync("/v1/models")).StatusCode;
    }

    [Fact]
    public async Task ConfigMap_SwappedByItsLink_IsInUseAfterThePoll()
    {
        var clock = new TestClock();
        using var folder = new ConfigurationFolder();
        // As the kubelet lays a ConfigMap out: file -> ..data/file, ..data -> a directory with the time in its name.
        folder.Write("..2026_01/appsettings.json", "{}");
        folder.Write("..2026_02/appsettings.json", Keys(Secret));
        var data = Path.Combine(folder.Path, "..data");
        Directory.CreateSymbolicLink(data, "..2026_01");
        File.CreateSymbolicLink(Path.Combine(folder.Path, "appsettings.json"), Path.Combine("..data", "appsettings.json"));
        await using var gateway = await StartAsync(folder, clock);
        (await ModelsAsync(gateway, Secret)).ShouldBe(HttpStatusCode.Unauthorized);

        Directory.Delete(data);
        Directory.CreateSymbolicLink(data, "..2026_02");
        clock.Advance(ConfigurationWatch.PollInterval);

        (await ModelsAsync(gateway, Secret)).ShouldBe(HttpStatusCode.OK);
        (await ModelsAsync(gateway, TestGateway.ApiKey)).ShouldBe(HttpStatusCode.OK, "What does not come from files stays.");
        (await gateway.Management.GetStringAsync("/metrics")).ShouldContain("promptgateway_config_reloads_total{result=\"applied\"} 1");
    }

    [Fact]
    public async Task Key_TakenOutOfTheFile_IsRefusedFromThenOn()
    {
        var clock = new TestClock();
        using var folder = new ConfigurationFolder();
        folder.Write("appsettings.json", Keys(Secret));
        await using var gateway = await StartAsync(folder, clock);
        (await ModelsAsync(gateway, Secret)).ShouldBe(HttpStatusCode.OK);

        folder.Write("appsettings.json", "{}");
        clock.Advance(ConfigurationWatch.PollInterval);

        (await ModelsAsync(gateway, Secret)).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task SecretFile_NamedAndGone_ChangesNothing()
    {
        var clock = new TestClock();
        using var folder = new ConfigurationFolder();
        folder.Environment["MY_KEY_FILE"] = folder.Write("elsewhere/key", "sk-old");
        folder.Write(
            "yarp.json",
            """
            {"ReverseProxy":{"Clusters":{"c":{"Metadata":{"ApiKey":"${MY_KEY}","CatchAll":"true"},
             "Destinations":{"d":{"Address":"http://127.0.0.1:1/v1"} } } } } }
            """
        );
        await using var gateway = await StartAsync(folder, clock);

        File.Delete(folder.Environment["MY_KEY_FILE"]);
        folder.Write("appsettings.json", Keys(Secret));
        clock.Advance(ConfigurationWatch.PollInterval);

        (await ModelsAsync(gateway, TestGateway.ApiKey)).ShouldBe(HttpStatusCode.OK);
        (await ModelsAsync(gateway, Secret)).ShouldBe(HttpStatusCode.Unauthorized);
        (await gateway.Management.GetStringAsync("/metrics")).ShouldContain("promptgateway_config_reloads_total{result=\"failed\"} 1");
    }

    public static TheoryData<string> SecretPlaces => ["secrets/MY_KEY", "elsewhere/key", "by-setting/key"];

    /// <summary>A file in the directory of secrets, one that a variable names, and one that holds a setting.</summary>
    [Theory]
    [MemberData(nameof(SecretPlaces))]
    public async Task SecretFile_Rotated_IsInUseAfterThePoll(string file)
    {
        var clock = new TestClock();
        using var folder = new ConfigurationFolder();
        await using var upstream = await FakeUpstream.StartAsync();
        var path = folder.Write(file, "sk-old\n");
        if (file.StartsWith("elsewhere", StringComparison.Ordinal))
            folder.Environment["MY_KEY_FILE"] = path;
        var key = "${MY_KEY}";
        if (file.StartsWith("by-setting", StringComparison.Ordinal))
            (folder.Environment["PROMPTGATEWAY__ReverseProxy__Clusters__c__Metadata__ApiKey_FILE"], key) = (path, "sk-overlaid");
        folder.Write("yarp.json", OneUpstream(upstream.Address, key));
        await using var gateway = await StartAsync(folder, clock);
        (await KeySentAsync(gateway, upstream, "Bearer sk-old")).ShouldBe("Bearer sk-old");

        folder.Write(file, "sk-new\n");
        clock.Advance(ConfigurationWatch.PollInterval);

        (await KeySentAsync(gateway, upstream, "Bearer sk-new")).ShouldBe("Bearer sk-new");
    }

    /// <summary>As the kubelet lays a Secret out: file -> ..data/file, ..data -> a directory with the time in its name.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task SecretFile_SwappedByItsLink_IsInUseAfterThePoll(bool named)
    {
        var clock = new TestClock();
        using var folder = new ConfigurationFolder();
        await using var upstream = await FakeUpstream.StartAsync();
        var mounted = named ? Path.Combine(folder.Path, "mounted") : folder.Secrets;
        folder.Write(Path.Combine(mounted, "..2026_01", "MY_KEY"), "sk-old");
        folder.Write(Path.Combine(mounted, "..2026_02", "MY_KEY"), "sk-new");
        var data = Path.Combine(mounted, "..data");
        Directory.CreateSymbolicLink(data, "..2026_01");
        File.CreateSymbolicLink(Path.Combine(mounted, "MY_KEY"), Path.Combine("..data", "MY_KEY"));
        if (named)
            folder.Environment["MY_KEY_FILE"] = Path.Combine(mounted, "MY_KEY");
        folder.Write("yarp.json", OneUpstream(upstream.Address, "${MY_KEY}"));
        await using var gateway = await StartAsync(folder, clock);
        (await KeySentAsync(gateway, upstream, "Bearer sk-old")).ShouldBe("Bearer sk-old");

        Directory.Delete(data);
        Directory.CreateSymbolicLink(data, "..2026_02");
        clock.Advance(ConfigurationWatch.PollInterval);

        (await KeySentAsync(gateway, upstream, "Bearer sk-new")).ShouldBe("Bearer sk-new");
    }

    [Fact]
    public async Task File_ThatAVariableNamesAndNothingReads_IsNotWatched()
    {
        var clock = new TestClock();
        using var folder = new ConfigurationFolder();
        folder.Environment["LOG_FILE"] = folder.Write("log", "one line");
        await using var gateway = await StartAsync(folder, clock);

        folder.Write("log", "two lines");
        clock.Advance(ConfigurationWatch.PollInterval);

        (await gateway.Management.GetStringAsync("/metrics")).ShouldContain("promptgateway_config_reloads_total{result=\"applied\"} 0");
    }

    private static string OneUpstream(Uri address, string key) =>
        $$"""
            {"ReverseProxy":{"Clusters":{"c":{"Metadata":{"ApiKey":"{{key}}","CatchAll":"true"},
             "Destinations":{"d":{"Address":"{{address}}v1"} } } } } }
            """;

    /// <summary>What calls are sent with; YARP takes a change over a moment after it was read.</summary>
    private static async Task<string> KeySentAsync(TestGateway gateway, FakeUpstream upstream, string awaited)
    {
        var sent = "";
        for (var i = 0; i < 500 && sent != awaited; i++)
        {
            using var body = new StringContent("""{"model":"gpt-4o","messages":[]}""", Encoding.UTF8, "application/json");
            using var answer = await gateway.Client.PostAsync("/v1/chat/completions", body);
            sent = upstream.Received.Last().Headers["Authorization"].ToString();
            await Task.Yield();
        }
        return sent;
    }

    [Fact]
    public async Task Change_WithMistakes_IsRefusedAsAWholeAndAllAreLogged()
    {
        var clock = new TestClock();
        using var log = new MemoryStream();
        using var folder = new ConfigurationFolder();
        folder.Write("appsettings.json", Keys(Secret));
        await using (var gateway = await StartAsync(folder, clock, log))
        {
            folder.Write("appsettings.json", """{"Forwarding":{"DrainTimeout":"soon"},"RateLimit":[],"Keys":[]}""");
            clock.Advance(ConfigurationWatch.PollInterval);

            (await ModelsAsync(gateway, Secret)).ShouldBe(HttpStatusCode.OK, "The keys of the last good configuration still work.");
            (await gateway.Management.GetStringAsync("/metrics")).ShouldContain("promptgateway_config_reloads_total{result=\"failed\"} 1");
            folder.Write("appsettings.json", Keys(Secret));
            clock.Advance(ConfigurationWatch.PollInterval);
        }
        var text = Encoding.UTF8.GetString(log.ToArray());
        text.ShouldContain("the last good one keeps serving");
        text.ShouldContain("Forwarding:DrainTimeout");
        text.ShouldContain("Did you mean RateLimits?");
        text.ShouldContain("the one before is back");
    }

    [Fact]
    public async Task Change_OfASettingThatNeedsAStart_IsSaidInTheLog()
    {
        var clock = new TestClock();
        using var log = new MemoryStream();
        using var folder = new ConfigurationFolder();
        await using (var gateway = await StartAsync(folder, clock, log))
        {
            folder.Write("appsettings.json", """{"Telemetry":{"MaxModels":5}}""");
            clock.Advance(ConfigurationWatch.PollInterval);
        }
        Encoding.UTF8.GetString(log.ToArray()).ShouldContain("Changes of Telemetry take effect at the next start");
    }
}
