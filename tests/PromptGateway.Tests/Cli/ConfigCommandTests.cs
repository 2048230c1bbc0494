using System.Text.Json;

namespace PromptGateway.Tests.Cli;

public sealed class ConfigCommandTests
{
    private static string File(string text)
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("promptgateway-config-").FullName, "yarp.json");
        System.IO.File.WriteAllText(file, text);
        return file;
    }

    [Fact]
    public async Task Check_GoodFile_SaysSo()
    {
        var file = File(
            """{"ReverseProxy":{"Clusters":{"a":{"Metadata":{"ApiKey":"x"},"Destinations":{"d":{"Address":"http://h/v1"}}}}}}"""
        );

        var run = await CommandRun.OfAsync("config", "check", "--config", file);

        run.Error.ShouldBeEmpty();
        run.ExitCode.ShouldBe(0);
        (await CommandRun.OfAsync("config", "check", "--config", Path.GetDirectoryName(file)!)).ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task Check_BadFile_NamesEveryMistakeAndFails()
    {
        var file = File(
            """
            {"Forwarding":{"DrainTimeout":"x"},
             "ReverseProxy":{"Clusters":{"a":{"LoadBalancingPolicy":"Magic","Metadata":{},"Destinations":{"d":{"Address":"http://h/v1"}}}}}}
            """
        );

        var run = await CommandRun.OfAsync("config", "check", "--config", file);
        var json = await CommandRun.OfAsync("config", "check", "--config", file, "--json");

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain("Forwarding:DrainTimeout");
        run.Error.ShouldContain("Magic");
        json.ExitCode.ShouldBe(1);
        using var document = JsonDocument.Parse(json.Output);
        document.RootElement.GetProperty("valid").GetBoolean().ShouldBeFalse();
        document.RootElement.GetProperty("errors").GetArrayLength().ShouldBe(2);
    }

    /// <summary>What YARP says of a cluster does not wait until the gateway is content with all of them.</summary>
    [Fact]
    public async Task Check_MistakesForTheGatewayAndForYarpInOneCluster_NamesBoth()
    {
        var file = File(
            """
            {"ReverseProxy":{"Clusters":{"a":{"LoadBalancingPolicy":"Magic","Metadata":{"FirstByteTimeout":"soon"},
             "Destinations":{"d":{"Address":"http://h/v1"}}}}}}
            """
        );

        var run = await CommandRun.OfAsync("config", "check", "--config", file);

        run.Error.ShouldContain("soon");
        run.Error.ShouldContain("Magic");
    }

    [Fact]
    public async Task Check_OpenManagementAddressWithoutAnAdminKey_Fails() =>
        (
            await CommandRun.OfAsync("config", "check", "--config", File("{}"), "--management-urls", "http://0.0.0.0:8081")
        ).Error.ShouldContain("PROMPTGATEWAY_ADMIN_KEY");

    [Fact]
    public async Task Check_BadAddressesBesideABadCluster_NamesBoth()
    {
        var file = File(
            """{"ReverseProxy":{"Clusters":{"a":{"Metadata":{"Provider":"x"},"Destinations":{"d":{"Address":"http://h/v1"}}}}}}"""
        );

        var run = await CommandRun.OfAsync("config", "check", "--config", file, "--urls", "foo");

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain("'foo'");
        run.Error.ShouldContain("unknown provider 'x'");
    }

    [Fact]
    public async Task Show_SectionThatDoesNotExist_FailsAndNamesThoseThatDo()
    {
        var run = await CommandRun.OfAsync("config", "show", "Nope", "--config", File("{}"));

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain("Forwarding");
        run.Output.ShouldBeEmpty();
    }

    [Fact]
    public async Task Show_SecretsAndOrigins_AreMaskedAndNamed()
    {
        var file = File(
            """{"ReverseProxy":{"Clusters":{"a":{"Metadata":{"ApiKey":"sk-very-secret","Models":"m"}},"b":{"Metadata":{"ApiKey":"${B_KEY}"}}}}}"""
        );

        var run = await CommandRun.OfAsync("config", "show", "--config", file, "--urls", "http://127.0.0.1:5", "--set", "Cors:Origins:0=*");

        run.ExitCode.ShouldBe(0);
        run.Output.ShouldNotContain("sk-very-secret");
        run.Output.ShouldContain("${B_KEY}");
        Line(run.Output, "Gateway:Urls").ShouldEndWith("--urls");
        Line(run.Output, "Cors:Origins:0").ShouldEndWith("--set");
        Line(run.Output, "ReverseProxy:Clusters:a:Metadata:Models").ShouldEndWith(file);
        Line(run.Output, "Forwarding:DrainTimeout").ShouldContain("00:00:25");
        Line(run.Output, "Forwarding:DrainTimeout").ShouldEndWith("built in");
    }

    [Fact]
    public async Task Show_OneSectionAsJson_HasOnlyIt()
    {
        var run = await CommandRun.OfAsync("config", "show", "Forwarding", "--json", "--config", File("{}"));

        using var document = JsonDocument.Parse(run.Output);
        document.RootElement.GetArrayLength().ShouldBeGreaterThan(2);
        foreach (var setting in document.RootElement.EnumerateArray())
            setting.GetProperty("key").GetString().ShouldStartWith("Forwarding:");
    }

    private static string Line(string output, string start) =>
        output.Split('\n').Single(line => line.StartsWith(start + " ", StringComparison.Ordinal));
}
