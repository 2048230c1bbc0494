using System.Text.Json;
using OpenAI.Audio;
using OpenAI.Embeddings;
using OpenAI.Images;
using OpenAI.Moderations;
using PromptGateway.Chat;

namespace PromptGateway.Tests.Sdk;

public sealed class OpenAIMediaTests : IAsyncLifetime
{
    private SdkGateway _sdk = null!;

    public async Task InitializeAsync() => _sdk = await SdkGateway.StartAsync();

    public async Task DisposeAsync() => await _sdk.DisposeAsync();

    [Fact]
    public async Task Embeddings_AsTheSdkAsks_AreUnitVectorsAndCharged()
    {
        var client = _sdk.OpenAI.GetEmbeddingClient("text-embedding-3-small");

        OpenAIEmbeddingCollection embeddings = await client.GenerateEmbeddingsAsync(["one", "two words"], new() { Dimensions = 64 });

        var vector = embeddings[0].ToFloats().ToArray();
        vector.Length.ShouldBe(64);
        vector.Sum(value => value * value).ShouldBe(1, 0.001);
        embeddings.Usage.InputTokenCount.ShouldBe(3);
        var row = await _sdk.LastGoodRowAsync("embeddings", "text-embedding-3-small");
        row.Usage.ShouldBe(new TokenUsage { InputTokens = 3 });
        row.UsageSource.ShouldBe(UsageSource.Provider);
        row.CostNanoUsd.ShouldBe(3 * 20);
    }

    [Fact]
    public async Task Embeddings_AsFloats_AreTheSameVector()
    {
        var body = new StringContent("""{"model":"text-embedding-3-small","input":"one","dimensions":8,"encoding_format":"float"}""");
        body.Headers.ContentType = new("application/json");

        var answer = await _sdk.Gateway.Client.PostAsync("/v1/embeddings", body);
        var vector = await _sdk.OpenAI.GetEmbeddingClient("text-embedding-3-small").GenerateEmbeddingAsync("one", new() { Dimensions = 8 });

        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        var floats = json.RootElement.GetProperty("data")[0].GetProperty("embedding").EnumerateArray().Select(v => v.GetSingle());
        floats.ShouldBe(vector.Value.ToFloats().ToArray());
        (await _sdk.Gateway.LedgerRowAsync(answer)).CostNanoUsd.ShouldBe(20);
    }

    [Fact]
    public async Task Images_Generated_ArePngAndTheirTokensCounted()
    {
        var client = _sdk.OpenAI.GetImageClient("gpt-image-1");

        GeneratedImageCollection images = await client.GenerateImagesAsync("a cat", 2);

        images.Count.ShouldBe(2);
        images[0].ImageBytes.ToArray().AsSpan(1, 3).SequenceEqual("PNG"u8).ShouldBeTrue();
        var row = await _sdk.LastGoodRowAsync("image_generation", "gpt-image-1");
        row.Usage.ShouldBe(new TokenUsage { InputTokens = 2, OutputTokens = 544 });
        // The price list has no image prices: unknown, which is not zero.
        row.CostNanoUsd.ShouldBeNull();
    }

    [Fact]
    public async Task Speech_Generated_ComesAsBinaryUntouched()
    {
        var client = _sdk.OpenAI.GetAudioClient("gpt-4o-mini-tts");

        BinaryData speech = await client.GenerateSpeechAsync("Hello", GeneratedSpeechVoice.Alloy);

        var wave = speech.ToArray();
        wave.AsSpan(0, 4).SequenceEqual("RIFF"u8).ShouldBeTrue();
        BitConverter.ToInt32(wave, 40).ShouldBe(wave.Length - 44);
        await _sdk.LastGoodRowAsync("speech", "gpt-4o-mini-tts");
    }

    [Fact]
    public async Task Transcription_OfAMegabyte_StreamsTheFormThroughAndCountsTokens()
    {
        var client = _sdk.OpenAI.GetAudioClient("gpt-4o-transcribe");
        using var audio = new MemoryStream(new byte[1_000_000]);

        var result = await client.TranscribeAudioAsync(audio, "speech.wav");

        result.Value.Text.ShouldContain("You sent speech.wav, 1000000 bytes.");
        using var raw = JsonDocument.Parse(result.GetRawResponse().Content);
        var row = await _sdk.LastGoodRowAsync("transcription", "gpt-4o-transcribe");
        row.Usage.InputTokens.ShouldBe(raw.RootElement.GetProperty("usage").GetProperty("input_tokens").GetInt64());
        row.UsageSource.ShouldBe(UsageSource.Provider);
    }

    [Fact]
    public async Task Translation_OfAudio_IsAnswered()
    {
        var client = _sdk.OpenAI.GetAudioClient("whisper-1");
        using var audio = new MemoryStream(new byte[32_000]);

        AudioTranslation translation = await client.TranslateAudioAsync(audio, "rede.wav");

        translation.Text.ShouldContain("rede.wav");
        await _sdk.LastGoodRowAsync("translation", "whisper-1");
    }

    [Fact]
    public async Task Moderation_OfTwoTexts_FlagsTheMarkedOne()
    {
        var client = _sdk.OpenAI.GetModerationClient("omni-moderation-latest");

        ModerationResultCollection results = await client.ClassifyTextAsync(["good day", "please flag me"]);

        results[0].Flagged.ShouldBeFalse();
        results[1].Flagged.ShouldBeTrue();
        var row = await _sdk.LastGoodRowAsync("moderations", "omni-moderation-latest");
        row.UsageSource.ShouldBe(UsageSource.None);
        row.CostNanoUsd.ShouldBe(0);
    }
}
