using PromptGateway.Chat;
using PromptGateway.Routing;
using PromptGateway.Tests.Storage;

namespace PromptGateway.Tests.Routing;

/// <summary>The operator's own price list on top of the built-in one.</summary>
public sealed class PriceFileTests : IDisposable
{
    private const string LiteLLM = """
        {"sample_spec":{"input_cost_per_token":"words"},
         "gpt-4o":{"litellm_provider":"openai","input_cost_per_token":1e-06,"output_cost_per_token":2e-06,"cache_read_input_token_cost":5e-07,
           "input_cost_per_audio_token":4e-05,"output_cost_per_audio_token":8e-05,"cache_read_input_audio_token_cost":2.5e-06,
           "max_input_tokens":128000,"max_output_tokens":16384},
         "gemini/gemini-9":{"litellm_provider":"gemini","input_cost_per_token":1e-06,"output_cost_per_token":2e-06,
           "input_cost_per_token_above_200k_tokens":3e-06,"output_cost_per_token_above_200k_tokens":4e-06},
         "whisper-1":{"litellm_provider":"openai","input_cost_per_second":0.0001},
         "dall-e-3":{"litellm_provider":"openai","input_cost_per_image":0.04}}
        """;
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    private CatalogSnapshot Catalog(string name, string text)
    {
        Directory.CreateDirectory(_directory.Path);
        var path = Path.Combine(_directory.Path, name);
        File.WriteAllText(path, text);
        var cluster = RoutingSample.Cluster("a", "\"CatchAll\":\"true\"");
        return RoutingSample.Config($$$"""{"Prices":{"File":"{{{path}}}"},"ReverseProxy":{"Clusters":{ {{{cluster}}} } } }""").Catalog;
    }

    private static ModelPrice? Price(CatalogSnapshot catalog, string model) => catalog.Resolve(model)!.All[0].Price;

    [Fact]
    public void File_InLiteLLMsFormat_CountsBeforeTheBuiltInPrices()
    {
        var catalog = Catalog("prices.json", LiteLLM);
        var usage = new TokenUsage
        {
            InputTokens = 100,
            CachedInputTokens = 30,
            OutputTokens = 50,
            AudioInputTokens = 60,
            CachedAudioTokens = 20,
            AudioOutputTokens = 10,
        };

        // text 30 x 1 + 10 x 0.50 + 40 x 2, sound 40 x 40 + 20 x 2.50 + 10 x 80
        Price(catalog, "gpt-4o")!.CostNanoUsd(usage).ShouldBe(30_000 + 5_000 + 80_000 + 1_600_000 + 50_000 + 800_000);
        Price(catalog, "whisper-1")!.CostNanoUsd(new TokenUsage { AudioMillis = 1500 }).ShouldBe(150_000);
        Price(catalog, "gpt-4.1")!.Input.ShouldBe(2_000_000);
        Price(catalog, "dall-e-3").ShouldBeNull();
    }

    [Fact]
    public void Parse_LiteLLMsLongPrompts_AreATier() =>
        LiteLLMPrices
            .Parse(LiteLLM)
            .Find("gemini", "gemini-9")!
            .CostNanoUsd(new TokenUsage { InputTokens = 200_001, OutputTokens = 10 })
            .ShouldBe(200_001 * 3000L + 10 * 4000);

    [Fact]
    public void File_WithTheProjectsColumns_IsReadToo() =>
        Price(Catalog("prices.csv", "head\nopenai,house-model,1,,,2,,,audio_in=3|audio_cached=0.5|audio_out=4\n"), "house-model")!
            .AudioInput.ShouldBe(3_000_000);

    /// <summary>Field report 56: an own price that says nothing of the cache must not take the provider's discount away.</summary>
    [Theory]
    [InlineData("prices.csv", "head\nanthropic,claude-sonnet-4-5,6,,,30,,,\n")]
    [InlineData(
        "prices.json",
        """{"claude-sonnet-4-5":{"litellm_provider":"anthropic","input_cost_per_token":6e-06,"output_cost_per_token":3e-05}}"""
    )]
    public void OwnPrice_WithoutPricesOfTheCache_KeepsTheirRatio(string name, string text)
    {
        var builtIn = PriceList.Load().Find("anthropic", "claude-sonnet-4-5")!;

        var own = PriceList
            .Load()
            .With(name.EndsWith(".csv", StringComparison.Ordinal) ? PriceList.Parse(text) : LiteLLMPrices.Parse(text))
            .Find("anthropic", "claude-sonnet-4-5")!;

        (own.Input, own.Output).ShouldBe((2 * builtIn.Input, 2 * builtIn.Output));
        (own.CachedInput, own.CacheWrite, own.CacheWrite1h).ShouldBe(
            (2 * builtIn.CachedInput, 2 * builtIn.CacheWrite, 2 * builtIn.CacheWrite1h)
        );
        own.MaxOutput.ShouldBe(builtIn.MaxOutput);
        // 10 x 6 + 90 x 0.60
        own.CostNanoUsd(new TokenUsage { InputTokens = 100, CachedInputTokens = 90 }).ShouldBe(60_000 + 54_000);
    }

    [Fact]
    public void OwnPrice_OfTheCache_Counts() =>
        PriceList
            .Load()
            .With(PriceList.Parse("head\nanthropic,claude-sonnet-4-5,6,6,6,30,,,\n"))
            .Find("anthropic", "claude-sonnet-4-5")!
            .CostNanoUsd(new TokenUsage { InputTokens = 100, CachedInputTokens = 90 })
            .ShouldBe(600_000);

    [Theory]
    [InlineData("prices.json", "{ not json", "not JSON")]
    [InlineData("prices.json", "[]", "an object of models")]
    [InlineData("prices.json", """{"m":{"input_cost_per_token":-1}}""", "m: input_cost_per_token is -1")]
    [InlineData(
        "prices.json",
        """{"m":{"input_cost_per_token":1e-6,"output_cost_per_audio_token":"free"}}""",
        "output_cost_per_audio_token"
    )]
    [InlineData("prices.csv", "head\nopenai,m,x,,,2,,,\n", "'x'")]
    [InlineData("prices.csv", "head\nopenai,m,1,,,2,,,audio_in=loud\n", "'loud'")]
    [InlineData("prices.csv", "head\nopenai,m,1,,,2,,,audio_minute=\n", "minute")]
    public void File_Wrong_IsRefusedAndSaysWhere(string name, string text, string says) =>
        Should.Throw<RoutingConfigException>(() => Catalog(name, text)).Message.ShouldContain(says);

    [Fact]
    public void File_Missing_IsRefused() =>
        Should
            .Throw<RoutingConfigException>(() =>
                RoutingSample.Config("""{"Prices":{"File":"/nowhere/prices.csv"},"ReverseProxy":{"Clusters":{}}}""")
            )
            .Message.ShouldContain("/nowhere/prices.csv");
}
