using PromptGateway.Hosting;
using PromptGateway.Keys;
using PromptGateway.Tests.Routing;

namespace PromptGateway.Tests.Hosting;

public sealed class FirstCallTests
{
    private static string Command(string? clusters, params (string Name, string Value)[] environment) =>
        FirstCall.Command("http://127.0.0.1:8080", RoutingSample.Catalog(clusters, environment), "pg-key");

    [Fact]
    public void Command_Simulator_CallsChatWithTheKey()
    {
        var command = Command(null);

        command.ShouldContain("/v1/chat/completions");
        command.ShouldContain("Bearer pg-key");
        command.ShouldContain("\"gpt-4o-mini\"");
    }

    [Fact]
    public void Command_AnthropicAlone_CallsMessagesWithAModelOfIts()
    {
        var command = Command(null, ("ANTHROPIC_API_KEY", "sk-ant-x"));

        command.ShouldContain("/v1/messages");
        command.ShouldContain("anthropic-version");
        command.ShouldContain("\"claude-haiku-4-5\"");
    }

    [Fact]
    public void Command_ClusterWithoutTheUsualModel_CallsOneThatItServes() =>
        Command("{" + RoutingSample.Cluster("local", "\"ApiKey\":\"x\",\"Models\":\"a-text-embedding, llama3\"") + "}")
            .ShouldContain("\"llama3\"");

    /// <summary>In pass-through mode the provider would refuse a key of the gateway.</summary>
    [Fact]
    public void Banner_CallersWithKeysOfTheirOwn_CallsWithTheProvidersKey()
    {
        var upstream = "{" + RoutingSample.Cluster("openai", "\"PassThrough\":\"true\",\"Models\":\"gpt-4o-mini\"") + "}";

        var banner = Banner.Write(
            "http://127.0.0.1:8080",
            "http://127.0.0.1:8081",
            RoutingSample.Catalog(upstream),
            new FirstRunSecrets(null, "pg-key"),
            new GatewaySettings { PassThrough = true }
        );

        banner.ShouldContain("\"Authorization: Bearer $OPENAI_API_KEY\"");
        banner.ShouldNotContain("Bearer pg-key");
    }
}
