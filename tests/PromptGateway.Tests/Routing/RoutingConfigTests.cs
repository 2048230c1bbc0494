using PromptGateway.Routing;

namespace PromptGateway.Tests.Routing;

public sealed class RoutingConfigTests
{
    [Fact]
    public void Build_ManyMistakes_AreAllNamedAtOnceAndNoSecretIs()
    {
        const string File = """
            {"ReverseProxy":{
              "Routes":{"r":{}},
              "Clusters":{
                "one":{"Metadata":{"Provider":"opnai","Modles":"x","ApiKey":"sk-very-secret"},"Destinations":{"d":{"Address":"not a url"}}},
                "two":{"Metadata":{"ApiKey":"${NO_SUCH_KEY}","OnClientGone":"maybe","FirstByteTimeout":"soon"}},
                "three":{"Metadata":{"PassThrough":"true","ApiKey":"sk-very-secret","Aliases":"a=b=c d"},"Destinations":{"d":{"Address":"http://h/v1"}}}
              }}}
            """;

        var failure = Should.Throw<RoutingConfigException>(() => RoutingSample.Config(File));

        foreach (
            var part in new[]
            {
                "'Routes'",
                "unknown provider 'opnai'",
                "unknown metadata 'Modles'",
                "destination 'd'",
                "NO_SUCH_KEY is not set",
                "OnClientGone is 'maybe'",
                "FirstByteTimeout is 'soon'",
                "cluster 'two' (yarp.json): at least one destination",
                "PassThrough and ApiKey exclude each other",
                "alias 'a=b=c'",
                "alias 'd'",
            }
        )
            failure.Message.ShouldContain(part);
        failure.Message.ShouldNotContain("very-secret");
    }

    [Fact]
    public void Build_AddressOfTheEnvironmentThatIsNone_NamesTheVariable() =>
        Should
            .Throw<RoutingConfigException>(() => RoutingSample.Config(null, ("OPENAI_BASE_URL", "api.example.com/v1")))
            .Message.ShouldContain("OPENAI_BASE_URL");

    [Fact]
    public void Build_EnvironmentReferences_AreResolvedInKeysAndAddresses()
    {
        const string File = """
            {"ReverseProxy":{"Clusters":{"one":{"Metadata":{"ApiKey":"${KEY}"},"Destinations":{"d":{"Address":"http://${HOST}:81/v1/"}}}}}}
            """;

        var config = RoutingSample.Config(File, ("KEY", "sk-1"), ("HOST", "example.com"));

        var upstream = config.Catalog.Upstreams.ShouldHaveSingleItem();
        upstream.Secret.ShouldBe("sk-1");
        upstream.Address.ShouldBe(new Uri("http://example.com:81/v1"));
        // YARP's configuration, which its own tools may show, has no secret in it.
        config.Clusters.SelectMany(c => c.Metadata?.Values ?? []).ShouldNotContain("sk-1");
    }
}
