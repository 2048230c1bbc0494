using PromptGateway.Routing;

namespace PromptGateway.Tests.Routing;

public sealed class CatalogTests
{
    private static readonly CatalogSnapshot Catalog = RoutingSample.Catalog(
        "{"
            + string.Join(
                ",",
                RoutingSample.Cluster("exact", "\"Models\":\"gpt-4o, mixtral-8x7b\",\"Aliases\":\"fast=gpt-4o-mini Smart=gpt-4o\""),
                RoutingSample.Cluster("twin", "\"Models\":\"mixtral-8x7b\""),
                RoutingSample.Cluster("wide", "\"Models\":\"gpt-*\""),
                RoutingSample.Cluster("narrow", "\"Models\":\"gpt-4o-*\""),
                RoutingSample.Cluster("rest", "\"Models\":\"own-model\",\"CatchAll\":\"true\"")
            )
            + "}"
    );

    private static uint FingerprintOf(string aliases) =>
        RoutingSample.Catalog("{" + RoutingSample.Cluster("a", $"\"Models\":\"gpt-4o\",\"Aliases\":\"{aliases}\"") + "}").Fingerprint;

    [Fact]
    public void Fingerprint_OfSeveralAliases_IsOfWhatTheyStandForInAnyOrder()
    {
        FingerprintOf("fast=gpt-4o-mini smart=gpt-4o").ShouldBe(FingerprintOf("smart=gpt-4o fast=gpt-4o-mini"));
        FingerprintOf("fast=gpt-4o-mini smart=gpt-4o").ShouldNotBe(FingerprintOf("fast=gpt-4o smart=gpt-4o"));
    }

    private static string? Resolve(CatalogSnapshot catalog, string name) =>
        catalog.Resolve(name) is { } found
            ? string.Join(" ", found.All.ToArray().Select(target => target.Upstream.Id + ":" + target.Model))
            : null;

    [Theory]
    [InlineData("gpt-4o", "exact:gpt-4o")]
    [InlineData("GPT-4O", "exact:gpt-4o")]
    [InlineData("mixtral-8x7b", "exact:mixtral-8x7b twin:mixtral-8x7b")]
    [InlineData("fast", "exact:gpt-4o-mini")]
    [InlineData("SMART", "exact:gpt-4o")]
    [InlineData("twin/anything", "twin:anything")]
    [InlineData("exact/fast", "exact:gpt-4o-mini")]
    [InlineData("gpt-4o-2024-08-06", "narrow:gpt-4o-2024-08-06")]
    [InlineData("GPT-4.1", "wide:GPT-4.1")]
    [InlineData("llama3:8b", "rest:llama3:8b")]
    [InlineData("unknown/model", "rest:unknown/model")]
    [InlineData("gpt-*", "wide:gpt-*")]
    public void Resolve_Name_GoesToTheMostSpecificClaim(string name, string expected)
    {
        Resolve(Catalog, name).ShouldBe(expected);
        // The second time from the cache.
        Resolve(Catalog, name).ShouldBe(expected);
    }

    [Theory]
    [InlineData("openai/gpt-4o")]
    [InlineData("OpenAI/gpt-4o")]
    public void Resolve_ProviderPrefix_MeansEveryUpstreamOfTheProvider(string name) =>
        Catalog.Resolve(name)!.All.Length.ShouldBe(Catalog.Upstreams.Count);

    [Fact]
    public void Resolve_WithoutCatchAll_UnknownNamesAreServedByNobody()
    {
        var catalog = RoutingSample.Catalog(null, ("OPENAI_API_KEY", "sk-1"));

        Resolve(catalog, "gpt-4o").ShouldBe("openai:gpt-4o");
        Resolve(catalog, "o3-mini").ShouldBe("openai:o3-mini");
        Resolve(catalog, "claude-sonnet-4-5").ShouldBeNull();
        Resolve(catalog, "llama3").ShouldBeNull();
        Resolve(catalog, "simulator/gpt-4o").ShouldBeNull();
    }

    [Fact]
    public void Near_Misspelling_NamesListedModelsThatLookLikeIt()
    {
        Catalog.Near("gpt4o").ShouldContain("gpt-4o");
        Catalog.Near("mixtral-8x7").ShouldBe(["mixtral-8x7b"]);
        Catalog.Near("completely-different-name-of-nothing").ShouldBeEmpty();
    }

    [Fact]
    public void Environment_KeyAlone_ClaimsTheProvidersNamesOnly()
    {
        var upstreams = RoutingSample.Catalog(null, ("OPENAI_API_KEY", " sk-1 "), ("ANTHROPIC_API_KEY", "sk-2")).Upstreams;

        upstreams.Select(u => u.Id).ShouldBe(["openai", "anthropic"]);
        upstreams.ShouldAllBe(u => !u.CatchAll);
        upstreams[0].Secret.ShouldBe("sk-1");
        upstreams[0].Address.ShouldBe(new Uri("https://api.openai.com/v1"));
    }

    [Fact]
    public void Environment_BaseUrl_ServesEveryOtherNameToo()
    {
        var catalog = RoutingSample.Catalog(null, ("OPENAI_BASE_URL", "http://127.0.0.1:11434/v1/"), ("ANTHROPIC_API_KEY", "sk-2"));

        Resolve(catalog, "llama3").ShouldBe("openai:llama3");
        Resolve(catalog, "claude-sonnet-4-5").ShouldBe("anthropic:claude-sonnet-4-5");
    }

    [Fact]
    public void Environment_AndAFileWithTheSameName_TheFileWins()
    {
        var catalog = RoutingSample.Catalog(
            "{" + RoutingSample.Cluster("openai", "\"Models\":\"only-this\"") + "}",
            ("OPENAI_API_KEY", "sk-1")
        );

        var upstream = catalog.Upstreams.ShouldHaveSingleItem();
        upstream.Models.ShouldBe(["only-this"]);
        upstream.Secret.ShouldBeNull();
    }

    [Fact]
    public void Nothing_Configured_TheSimulatorServesEveryName()
    {
        var catalog = RoutingSample.Catalog(null);

        catalog.Upstreams.ShouldHaveSingleItem().Provider.Name.ShouldBe("simulator");
        Resolve(catalog, "anything").ShouldBe("simulator:anything");
    }

    [Fact]
    public void Simulator_NamedInTheFile_StandsBesideRealUpstreams()
    {
        var catalog = RoutingSample.Catalog(
            """{"sim":{"Metadata":{"Provider":"simulator","Models":"sim-*"}}}""",
            ("OPENAI_API_KEY", "sk-1")
        );

        Resolve(catalog, "sim-one").ShouldBe("sim:sim-one");
        Resolve(catalog, "gpt-4o").ShouldBe("openai:gpt-4o");
    }
}
