using System.Text;
using PromptGateway.Chat;
using PromptGateway.Providers;
using PromptGateway.Routing;

namespace PromptGateway.Tests.Routing;

/// <summary>Usage objects as providers send them, and what they cost to the nano-dollar, worked out by hand from the price list.</summary>
public sealed class ModelPriceTests
{
    private static readonly PriceList Prices = PriceList.Load();

    private static long Cost(string provider, string model, Operation operation, params string[] reports)
    {
        var usage = default(TokenUsage);
        foreach (var json in reports)
            WireFormats.For(operation).TryReadUsage(Encoding.UTF8.GetBytes(json), ref usage).ShouldBeTrue();
        return Prices.Find(provider, model)!.CostNanoUsd(usage)!.Value;
    }

    [Fact]
    public void Cost_OpenAICachedPrompt_ChargesTheCachedPartAtItsOwnPrice() =>
        Cost(
                "openai",
                "gpt-4o-2024-08-06",
                Operation.Chat,
                """{"prompt_tokens":2006,"completion_tokens":300,"total_tokens":2306,"prompt_tokens_details":{"cached_tokens":1920,"audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":0,"audio_tokens":0,"accepted_prediction_tokens":0,"rejected_prediction_tokens":0}}"""
            )
            // 86 x 2.50 + 1920 x 1.25 + 300 x 10 USD per million
            .ShouldBe(215_000 + 2_400_000 + 3_000_000);

    [Fact]
    public void Cost_OpenAICacheWrite_IsInsideThePromptAndDearer() =>
        Cost(
                "openai",
                "gpt-5.6-sol",
                Operation.Responses,
                """{"input_tokens":5000,"input_tokens_details":{"cached_tokens":1000,"cache_write_tokens":3000},"output_tokens":100,"output_tokens_details":{"reasoning_tokens":60},"total_tokens":5100}"""
            )
            // 1000 x 5 + 1000 x 0.50 + 3000 x 6.25 + 100 x 30
            .ShouldBe(5_000_000 + 500_000 + 18_750_000 + 3_000_000);

    [Fact]
    public void Cost_AnthropicCacheWritesAndReads_AreEachChargedOnce() =>
        Cost(
                "anthropic",
                "claude-sonnet-4-5-20250929",
                Operation.Messages,
                """{"input_tokens":12,"cache_creation_input_tokens":10000,"cache_read_input_tokens":20000,"cache_creation":{"ephemeral_5m_input_tokens":4000,"ephemeral_1h_input_tokens":6000},"output_tokens":500,"service_tier":"standard"}"""
            )
            // 12 x 3 + 4000 x 3.75 + 6000 x 6 + 20000 x 0.30 + 500 x 15
            .ShouldBe(36_000 + 15_000_000 + 36_000_000 + 6_000_000 + 7_500_000);

    [Fact]
    public void Cost_AnthropicStream_KeepsTheCacheReadOfItsStart() =>
        Cost(
                "anthropic",
                "claude-sonnet-4-5",
                Operation.Messages,
                """{"input_tokens":4,"cache_creation_input_tokens":0,"cache_read_input_tokens":21000,"cache_creation":{"ephemeral_5m_input_tokens":0,"ephemeral_1h_input_tokens":0},"output_tokens":1}""",
                """{"output_tokens":250}"""
            )
            // 4 x 3 + 21000 x 0.30 + 250 x 15
            .ShouldBe(12_000 + 6_300_000 + 3_750_000);

    [Fact]
    public void Cost_GeminiCachedTokens_AreInsideThePromptAndNotAddedToIt() =>
        Cost(
                "gemini",
                "gemini-2.5-pro",
                Operation.Chat,
                """{"prompt_tokens":150000,"completion_tokens":1200,"total_tokens":151200,"prompt_tokens_details":{"cached_tokens":140000,"text_tokens":150000},"completion_tokens_details":{"reasoning_tokens":900}}"""
            )
            // 10000 x 1.25 + 140000 x 0.125 + 1200 x 10
            .ShouldBe(12_500_000 + 17_500_000 + 12_000_000);

    [Theory]
    [InlineData("gemini", "gemini-2.5-pro", 200_000, 200_000 * 1250L + 10_000 * 10L)]
    [InlineData("gemini", "gemini-2.5-pro", 200_001, 200_001 * 2500L + 15_000 * 10L)]
    [InlineData("openai", "gpt-5.4", 272_000, 272_000 * 2500L + 15_000 * 10L)]
    [InlineData("openai", "gpt-5.4", 272_001, 272_001 * 5000L + 22_500 * 10L)]
    public void Cost_AtTheTierLimit_ChangesForTheWholeRequest(string provider, string model, long prompt, long expected) =>
        Prices.Find(provider, model)!.CostNanoUsd(new TokenUsage { InputTokens = prompt, OutputTokens = 10 }).ShouldBe(expected);

    [Fact]
    public void Cost_CachedPromptAboveTheTier_KeepsTheRatioOfItsPrices() =>
        Cost(
                "anthropic",
                "claude-sonnet-4-5",
                Operation.Messages,
                """{"input_tokens":100000,"cache_read_input_tokens":150000,"cache_creation_input_tokens":0,"output_tokens":10}"""
            )
            // 100000 x 6 + 150000 x 0.60 + 10 x 22.50
            .ShouldBe(600_000_000 + 90_000_000 + 225_000);

    [Fact]
    public void Cost_MoreCachedThanPromptTokens_IsNeverNegative() =>
        Prices.Find("openai", "gpt-4o")!.CostNanoUsd(new TokenUsage { InputTokens = 100, CachedInputTokens = 120 }).ShouldBe(120 * 1250);

    private const string Realtime = """
        {"total_tokens":350,"input_tokens":200,"output_tokens":150,
        "input_token_details":{"text_tokens":80,"audio_tokens":120,"cached_tokens":64,"cached_tokens_details":{"text_tokens":24,"audio_tokens":40}},
        "output_token_details":{"text_tokens":50,"audio_tokens":100}}
        """;

    [Fact]
    public void Cost_RealtimeResponse_ChargesTextAndSoundEachAtItsOwnPrice() =>
        Cost("openai", "gpt-realtime-2025-08-28", Operation.Realtime, Realtime)
            // text 56 x 4 + 24 x 0.40 + 50 x 16, sound 80 x 32 + 40 x 0.40 + 100 x 64
            .ShouldBe(224_000 + 9_600 + 800_000 + 2_560_000 + 16_000 + 6_400_000);

    [Theory]
    [InlineData(
        """{"prompt_tokens":30,"completion_tokens":9,"prompt_tokens_details":{"audio_tokens":20,"cached_tokens":0},"completion_tokens_details":{"audio_tokens":0}}"""
    )]
    [InlineData(
        """{"prompt_tokens":30,"completion_tokens":9,"prompt_tokens_details":{"audio_tokens":0},"completion_tokens_details":{"audio_tokens":7}}"""
    )]
    [InlineData("""{"type":"duration","seconds":3.5}""")]
    public void Cost_SoundOfAModelThatListsNoPriceForIt_IsUnknownAndNotThatOfText(string json)
    {
        var usage = default(TokenUsage);
        WireFormats.For(Operation.Chat).TryReadUsage(Encoding.UTF8.GetBytes(json), ref usage).ShouldBeTrue();

        Prices.Find("openai", "gpt-4o")!.CostNanoUsd(usage).ShouldBeNull();
    }

    [Theory]
    [InlineData("""{"type":"duration","seconds":90}""", 90 * 100_000)]
    [InlineData("""{"type":"duration","seconds":0.5}""", 50_000)]
    public void Cost_ChargedByTime_IsTheLengthOfTheSound(string json, long nano)
    {
        var usage = default(TokenUsage);
        WireFormats.For(Operation.Transcription).TryReadUsage(Encoding.UTF8.GetBytes(json), ref usage).ShouldBeTrue();
        var list = PriceList.Parse("head\nopenai,whisper-1,0,,,,,,audio_minute=0.006\n");

        list.Find("openai", "whisper-1")!.CostNanoUsd(usage).ShouldBe(nano);
    }

    [Fact]
    public void Cost_OfExplicitZeroUsage_IsZero() =>
        Cost("openai", "gpt-4o", Operation.Chat, """{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0}""").ShouldBe(0);

    [Theory]
    [InlineData("openai", "gpt-9-imaginary")]
    [InlineData("nobody", "gpt-4o")]
    public void Find_UnknownModel_HasNoPriceRatherThanAFreeOne(string provider, string model) =>
        Prices.Find(provider, model).ShouldBeNull();
}
