using System.Text;
using System.Text.Json;
using OpenAI.Audio;
using OpenAI.Embeddings;
using OpenAI.Files;
using OpenAI.Images;
using OpenAI.Models;
using OpenAI.Moderations;

namespace PromptGateway.Tests.Simulator;

public sealed class OpenAIOtherSdkTests : SimulatorTests
{
    [Fact]
    public async Task Embeddings_TwoTexts_AreUnitVectorsOfTheAskedSize()
    {
        var client = new EmbeddingClient("text-embedding-3-small", Simulator.Credential, Simulator.OpenAIOptions);

        OpenAIEmbeddingCollection embeddings = await client.GenerateEmbeddingsAsync(["one", "two words"], new() { Dimensions = 64 });

        embeddings.Count.ShouldBe(2);
        var vector = embeddings[0].ToFloats().ToArray();
        vector.Length.ShouldBe(64);
        vector.Sum(value => value * value).ShouldBe(1, 0.001);
        vector.ShouldNotBe(embeddings[1].ToFloats().ToArray());
        embeddings.Usage.InputTokenCount.ShouldBe(3);
    }

    [Fact]
    public async Task Embeddings_FloatAndBase64_AreTheSameVector()
    {
        var floats = await Simulator.PostJsonAsync("/v1/embeddings", """{"model":"text-embedding-3-small","input":"one","dimensions":8}""");
        var base64 = await Simulator.PostJsonAsync(
            "/v1/embeddings",
            """{"model":"text-embedding-3-small","input":"one","dimensions":8,"encoding_format":"base64"}"""
        );

        var expected = floats.GetProperty("data")[0].GetProperty("embedding").EnumerateArray().Select(value => value.GetSingle()).ToArray();
        var bytes = base64.GetProperty("data")[0].GetProperty("embedding").GetBytesFromBase64();

        System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(bytes).ToArray().ShouldBe(expected);
    }

    [Fact]
    public async Task Images_Generated_ArePngWithUsage()
    {
        var client = new ImageClient("gpt-image-1", Simulator.Credential, Simulator.OpenAIOptions);

        GeneratedImageCollection images = await client.GenerateImagesAsync("a cat", 2);

        images.Count.ShouldBe(2);
        images[0].ImageBytes.ToArray().AsSpan(1, 3).SequenceEqual("PNG"u8).ShouldBeTrue();
        images.Usage.OutputTokenCount.ShouldBe(544);
        images.Usage.InputTokenCount.ShouldBe(2);
    }

    [Fact]
    public async Task Speech_Generated_IsAWaveFile()
    {
        var client = new AudioClient("gpt-4o-mini-tts", Simulator.Credential, Simulator.OpenAIOptions);

        BinaryData speech = await client.GenerateSpeechAsync("Hello", GeneratedSpeechVoice.Alloy);

        var wave = speech.ToArray();
        wave.AsSpan(0, 4).SequenceEqual("RIFF"u8).ShouldBeTrue();
        BitConverter.ToInt32(wave, 40).ShouldBe(wave.Length - 44);
    }

    [Fact]
    public async Task Transcription_OfUpload_NamesTheFileAndReportsUsage()
    {
        var client = new AudioClient("gpt-4o-transcribe", Simulator.Credential, Simulator.OpenAIOptions);
        using var audio = new MemoryStream(new byte[32_000]);

        var result = await client.TranscribeAudioAsync(audio, "speech.wav");

        result.Value.Text.ShouldContain("You sent speech.wav, 32000 bytes.");
        using var raw = JsonDocument.Parse(result.GetRawResponse().Content);
        raw.RootElement.GetProperty("usage").GetProperty("input_tokens").GetInt32().ShouldBe(20);
    }

    [Fact]
    public async Task Moderation_OfTwoTexts_FlagsTheMarkedOne()
    {
        var client = new ModerationClient("omni-moderation-latest", Simulator.Credential, Simulator.OpenAIOptions);

        ModerationResultCollection results = await client.ClassifyTextAsync(["good day", "please flag me"]);

        results[0].Flagged.ShouldBeFalse();
        results[1].Flagged.ShouldBeTrue();
        results[1].Violence.Flagged.ShouldBeTrue();
    }

    [Fact]
    public async Task Models_Listed_CanEachBeRead()
    {
        var client = new OpenAIModelClient(Simulator.Credential, Simulator.OpenAIOptions);

        OpenAIModelCollection models = await client.GetModelsAsync();
        OpenAIModel one = await client.GetModelAsync("gpt-4o");

        models.ShouldContain(model => model.Id == "gpt-4o");
        one.Id.ShouldBe("gpt-4o");
        (await Should.ThrowAsync<System.ClientModel.ClientResultException>(() => client.GetModelAsync("none"))).Status.ShouldBe(404);
    }

    [Fact]
    public async Task Files_Uploaded_CanBeListedReadAndDeleted()
    {
        var client = new OpenAIFileClient(Simulator.Credential, Simulator.OpenAIOptions);

        OpenAIFile file = await client.UploadFileAsync(BinaryData.FromString("some text"), "notes.txt", FileUploadPurpose.UserData);
        OpenAIFileCollection listed = await client.GetFilesAsync();
        BinaryData content = await client.DownloadFileAsync(file.Id);
        FileDeletionResult deletion = await client.DeleteFileAsync(file.Id);

        file.Filename.ShouldBe("notes.txt");
        listed.ShouldHaveSingleItem().Id.ShouldBe(file.Id);
        content.ToString().ShouldBe("some text");
        deletion.Deleted.ShouldBeTrue();
        (await client.GetFilesAsync()).Value.ShouldBeEmpty();
    }

    [Fact]
    public async Task Batch_OfTwoLines_IsCompletedWithBothAnswers()
    {
        var client = new OpenAIFileClient(Simulator.Credential, Simulator.OpenAIOptions);
        const string Lines = """
            {"custom_id":"a","method":"POST","url":"/v1/chat/completions","body":{"model":"gpt-4o","messages":[{"role":"user","content":"Hi"}]}}
            {"custom_id":"b","method":"POST","url":"/v1/chat/completions","body":{"model":"gpt-4o"}}
            """;
        OpenAIFile input = await client.UploadFileAsync(BinaryData.FromString(Lines), "in.jsonl", FileUploadPurpose.Batch);

        var batch = await Simulator.PostJsonAsync(
            "/v1/batches",
            $$"""{"input_file_id":"{{input.Id}}","endpoint":"/v1/chat/completions","completion_window":"24h"}"""
        );
        var output = (await client.DownloadFileAsync(batch.GetProperty("output_file_id").GetString())).Value.ToString();

        batch.GetProperty("status").GetString().ShouldBe("completed");
        batch.GetProperty("request_counts").GetProperty("failed").GetInt32().ShouldBe(1);
        var answers = output
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement)
            .ToArray();
        answers[0].GetProperty("response").GetProperty("body").GetProperty("usage").GetProperty("prompt_tokens").GetInt32().ShouldBe(8);
        answers[1].GetProperty("response").GetProperty("status_code").GetInt32().ShouldBe(400);
        Encoding.UTF8.GetByteCount(output).ShouldBeGreaterThan(0);
    }
}
