using System.Text;
using Microsoft.AspNetCore.Http;
using PromptGateway.Chat;
using PromptGateway.Tests.Gateway;
using PromptGateway.Usage;

namespace PromptGateway.Tests.Forwarding;

/// <summary>Sound, images and vectors whose upstream does not say what they used: what is not known is not nothing (field reports 25 and 33).</summary>
public sealed class UncountedAnswerTests
{
    private static StringContent Speech() =>
        ChatRequests.Json("""{"model":"gpt-4o-mini-tts","input":"Hello to all of you","voice":"alloy"}""");

    private static MultipartFormDataContent Sound() =>
        new()
        {
            { new StringContent("whisper-1"), "model" },
            { new StringContent("text"), "response_format" },
            { new ByteArrayContent([1, 2, 3]), "file", "a.wav" },
        };

    private static async Task<UsageRecord> AskAsync(
        string path,
        HttpContent content,
        string type,
        string answer,
        string? unknownPrice = null
    )
    {
        await using var upstream = await FakeUpstream.StartAsync(
            async (context, _) =>
            {
                context.Response.ContentType = type;
                await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(answer));
            }
        );
        await using var gateway = await TestGateway.StartAsync(
            upstream.Environment,
            configuration: unknownPrice is null ? [] : new() { ["Budgets:UnknownPrice"] = unknownPrice, ["Budgets:Rules:0:Usd"] = "10" }
        );
        using var response = await gateway.Client.PostAsync(path, content);
        ((int)response.StatusCode).ShouldBe(200, await response.Content.ReadAsStringAsync());
        return await gateway.LedgerRowAsync(response);
    }

    [Fact]
    public async Task Speech_ThatIsSoundAndNothingElse_HasAnUnknownCostNotZero() =>
        (await AskAsync("/v1/audio/speech", Speech(), "audio/mpeg", "sound")).CostNanoUsd.ShouldBeNull();

    [Fact]
    public async Task Transcript_AsPlainText_HasAnUnknownCostNotZero() =>
        (await AskAsync("/v1/audio/transcriptions", Sound(), "text/plain", "hello")).CostNanoUsd.ShouldBeNull();

    [Fact]
    public async Task Image_WithoutUsage_HasAnUnknownCostNotZero() =>
        (
            await AskAsync(
                "/v1/images/generations",
                ChatRequests.Json("""{"model":"dall-e-3","prompt":"a cat"}"""),
                "application/json",
                """{"created":1,"data":[{"url":"https://example.com/1.png"}]}"""
            )
        ).CostNanoUsd.ShouldBeNull();

    /// <summary>Rerankers, videos, fine-tuning: what is new has no usage that the gateway can read.</summary>
    [Fact]
    public async Task PathThatIsNotKnown_OfAModelWithAPrice_HasAnUnknownCostNotZero()
    {
        (
            await AskAsync(
                "/v1/videos",
                ChatRequests.Json("""{"model":"gpt-4o","prompt":"a cat"}"""),
                "application/json",
                """{"id":"video_1"}"""
            )
        ).CostNanoUsd.ShouldBeNull();
        (
            await AskAsync(
                "/v1/something/new",
                ChatRequests.Json("""{"model":"gpt-4o"}"""),
                "application/json",
                """{"usage":{"input_tokens":2,"output_tokens":1}}"""
            )
        ).CostNanoUsd.ShouldBe(2 * 2500 + 10_000);
    }

    [Fact]
    public async Task Speech_UnderABudgetWithAPriceForTheUnknown_IsNotFree()
    {
        var row = await AskAsync("/v1/audio/speech", Speech(), "audio/mpeg", "sound", unknownPrice: "10");

        row.UsageSource.ShouldBe(UsageSource.Estimated);
        row.CostNanoUsd.ShouldBe(row.Usage.InputTokens * 10_000);
        row.CostNanoUsd!.Value.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Embeddings_WithoutUsage_AreCounted()
    {
        var row = await AskAsync(
            "/v1/embeddings",
            ChatRequests.Json("""{"model":"text-embedding-3-small","input":["one two three four","five six"]}"""),
            "application/json",
            """{"object":"list","data":[{"index":0,"embedding":[0.1,0.2]}],"model":"text-embedding-3-small"}"""
        );

        row.UsageSource.ShouldBe(UsageSource.Estimated);
        row.Usage.ShouldBe(new TokenUsage { InputTokens = 6 });
        row.CostNanoUsd.ShouldBe(6 * 20);
    }

    [Fact]
    public async Task Moderation_WhichIsFree_CostsNothing() =>
        (
            await AskAsync(
                "/v1/moderations",
                ChatRequests.Json("""{"model":"omni-moderation-latest","input":"Hi"}"""),
                "application/json",
                """{"id":"modr-1","results":[]}"""
            )
        ).CostNanoUsd.ShouldBe(0);
}
