using System.ClientModel;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using OpenAI.Files;
using OpenAI.Models;
using PromptGateway.Chat;

namespace PromptGateway.Tests.Sdk;

/// <summary>Files, batches, models, and legacy completions, which the SDK no longer has.</summary>
public sealed class OpenAIStorageTests : IAsyncLifetime
{
    private SdkGateway _sdk = null!;

    public async Task InitializeAsync() => _sdk = await SdkGateway.StartAsync();

    public async Task DisposeAsync() => await _sdk.DisposeAsync();

    [Fact]
    public async Task Files_Uploaded_CanBeListedReadAndDeletedForNothing()
    {
        var client = _sdk.OpenAI.GetOpenAIFileClient();

        OpenAIFile file = await client.UploadFileAsync(BinaryData.FromString("some text"), "notes.txt", FileUploadPurpose.UserData);
        await _sdk.ShouldHaveCostNothingAsync();
        OpenAIFileCollection listed = await client.GetFilesAsync();
        BinaryData content = await client.DownloadFileAsync(file.Id);
        await _sdk.ShouldHaveCostNothingAsync();
        FileDeletionResult deletion = await client.DeleteFileAsync(file.Id);

        file.Filename.ShouldBe("notes.txt");
        listed.ShouldHaveSingleItem().Id.ShouldBe(file.Id);
        content.ToString().ShouldBe("some text");
        deletion.Deleted.ShouldBeTrue();
        (await client.GetFilesAsync()).Value.ShouldBeEmpty();
    }

    [Fact]
    public async Task Batch_OfTwoLines_IsCompletedAndCanBeReadAndListed()
    {
        var files = _sdk.OpenAI.GetOpenAIFileClient();
        var batches = _sdk.OpenAI.GetBatchClient();
        const string Lines = """
            {"custom_id":"a","method":"POST","url":"/v1/chat/completions","body":{"model":"gpt-4o","messages":[{"role":"user","content":"Hi"}]}}
            {"custom_id":"b","method":"POST","url":"/v1/chat/completions","body":{"model":"gpt-4o"}}
            """;
        OpenAIFile input = await files.UploadFileAsync(BinaryData.FromString(Lines), "in.jsonl", FileUploadPurpose.Batch);
        var request = BinaryContent.Create(
            BinaryData.FromString($$"""{"input_file_id":"{{input.Id}}","endpoint":"/v1/chat/completions","completion_window":"24h"}""")
        );

        var operation = await batches.CreateBatchAsync(request, waitUntilCompleted: false);
        await _sdk.ShouldHaveCostNothingAsync();
        var batch = JsonNode.Parse((await batches.GetBatchAsync(operation.BatchId, null)).GetRawResponse().Content)!;
        var listed = 0;
        await foreach (var _ in batches.GetBatchesAsync())
            listed++;
        BinaryData output = await files.DownloadFileAsync((string?)batch["output_file_id"]);

        ((string?)batch["status"]).ShouldBe("completed");
        listed.ShouldBe(1);
        output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(2);
    }

    [Fact]
    public async Task Models_Listed_CanEachBeRead()
    {
        var client = _sdk.OpenAI.GetOpenAIModelClient();

        OpenAIModelCollection models = await client.GetModelsAsync();
        OpenAIModel one = await client.GetModelAsync("gpt-4o");

        models.ShouldContain(model => model.Id == "gpt-4o");
        one.Id.ShouldBe("gpt-4o");
        (await Should.ThrowAsync<ClientResultException>(() => client.GetModelAsync("none"))).Status.ShouldBe(404);
    }

    [Fact]
    public async Task LegacyCompletion_Plain_IsAnsweredAndCharged()
    {
        var answer = await _sdk.Gateway.Client.PostAsync("/v1/completions", Body("""{"model":"gpt-4o","prompt":"Say hi"}"""));

        var json = (await answer.Content.ReadFromJsonAsync<JsonObject>())!;
        ((string?)json["object"]).ShouldBe("text_completion");
        ((string?)json["choices"]![0]!["text"]).ShouldNotBeNullOrEmpty();
        var row = await _sdk.Gateway.LedgerRowAsync(answer);
        row.Operation.ShouldBe("completion");
        row.Usage.OutputTokens.ShouldBe((long)json["usage"]!["completion_tokens"]!);
        row.CostNanoUsd.ShouldBe(row.Usage.InputTokens * 2500 + row.Usage.OutputTokens * 10_000);
    }

    [Fact]
    public async Task LegacyCompletion_Streamed_IsCleanOfUsageButCharged()
    {
        var answer = await _sdk.Gateway.Client.PostAsync("/v1/completions", Body("""{"model":"gpt-4o","prompt":"Say hi","stream":true}"""));

        var text = await answer.Content.ReadAsStringAsync();
        text.ShouldEndWith("data: [DONE]\n\n");
        text.ShouldNotContain("\"usage\"");
        var row = await _sdk.Gateway.LedgerRowAsync(answer);
        row.UsageSource.ShouldBe(UsageSource.Provider);
        row.Usage.OutputTokens.ShouldBeGreaterThan(0);
    }

    private static StringContent Body(string json) => new(json, Encoding.UTF8, "application/json");
}
