using System.ClientModel;
using System.Text;
using OpenAI.Responses;
using PromptGateway.Chat;

namespace PromptGateway.Tests.Sdk;

public sealed class OpenAIResponsesTests : IAsyncLifetime
{
    private SdkGateway _sdk = null!;

    public async Task InitializeAsync() => _sdk = await SdkGateway.StartAsync();

    public async Task DisposeAsync() => await _sdk.DisposeAsync();

    private ResponsesClient Client => _sdk.OpenAI.GetResponsesClient();

    [Fact]
    public async Task Responses_PlainQuestion_IsAnsweredAndCharged()
    {
        ResponseResult response = await Client.CreateResponseAsync("gpt-4o", "Hello there");

        response.GetOutputText().ShouldStartWith("This is the PromptGateway simulator. You said: Hello there");
        var row = await _sdk.LastGoodRowAsync("responses", "gpt-4o");
        row.UsageSource.ShouldBe(UsageSource.Provider);
        row.Usage.ShouldBe(new TokenUsage { InputTokens = 9, OutputTokens = 48 });
        row.CostNanoUsd.ShouldBe(9 * 2500 + 48 * 10_000);
    }

    [Fact]
    public async Task Responses_Streamed_NumbersItsEventsAndIsCharged()
    {
        var deltas = new StringBuilder();
        ResponseResult? completed = null;
        var sequence = 0;

        await foreach (var update in await Client.CreateResponseStreamingAsync("gpt-5-mini", "Hello there"))
        {
            update.SequenceNumber.ShouldBe(sequence++);
            if (update is StreamingResponseOutputTextDeltaUpdate delta)
                deltas.Append(delta.Delta);
            if (update is StreamingResponseCompletedUpdate end)
                completed = end.Response;
        }

        completed.ShouldNotBeNull().GetOutputText().ShouldBe(deltas.ToString());
        var row = await _sdk.LastGoodRowAsync("responses", "gpt-5-mini");
        row.Stream.ShouldBeTrue();
        row.Usage.ShouldBe(
            new TokenUsage
            {
                InputTokens = 9,
                OutputTokens = 64,
                ReasoningTokens = 16,
            }
        );
        row.CostNanoUsd.ShouldBe(9 * 250 + 64 * 2000);
    }

    [Fact]
    public async Task Responses_ToolStreamed_SendsArgumentsAndTheCall()
    {
        var schema = BinaryData.FromString("""{"type":"object","properties":{"city":{"enum":["Paris"]}},"required":["city"]}""");
        var options = new CreateResponseOptions("gpt-4o", [ResponseItem.CreateUserMessageItem("call get_weather")])
        {
            StreamingEnabled = true,
            Tools = { ResponseTool.CreateFunctionTool("get_weather", schema, strictModeEnabled: true) },
        };
        var deltas = new StringBuilder();
        ResponseResult? completed = null;

        await foreach (var update in await Client.CreateResponseStreamingAsync(options))
        {
            if (update is StreamingResponseFunctionCallArgumentsDeltaUpdate delta)
                deltas.Append(delta.Delta);
            if (update is StreamingResponseCompletedUpdate last)
                completed = last.Response;
        }

        deltas.ToString().ShouldBe("""{"city":"Paris"}""");
        completed.ShouldNotBeNull().OutputItems.ShouldHaveSingleItem().ShouldBeOfType<FunctionCallResponseItem>();
        (await _sdk.LastGoodRowAsync("responses", "gpt-4o")).Usage.OutputTokens.ShouldBe(completed.Usage.OutputTokenCount);
    }

    [Fact]
    public async Task Responses_Continued_ChargesTheWholeConversation()
    {
        ResponseResult first = await Client.CreateResponseAsync("gpt-4o", "Hello there");
        ResponseResult second = await Client.CreateResponseAsync("gpt-4o", "And now?", first.Id);

        second.GetOutputText().ShouldContain("And now?");
        var row = await _sdk.LastGoodRowAsync("responses", "gpt-4o");
        row.Usage.InputTokens.ShouldBe(second.Usage.InputTokenCount);
        row.Usage.InputTokens.ShouldBeGreaterThan(first.Usage.InputTokenCount + first.Usage.OutputTokenCount);
    }

    [Fact]
    public async Task Responses_Stored_CanBeReadListedAndDeletedForNothing()
    {
        ResponseResult created = await Client.CreateResponseAsync("gpt-4o", "Hello there");

        ResponseResult read = await Client.GetResponseAsync(created.Id);
        await _sdk.ShouldHaveCostNothingAsync();
        var items = new List<ResponseItem>();
        await foreach (var item in Client.GetResponseInputItemsAsync(created.Id))
            items.Add(item);
        await _sdk.ShouldHaveCostNothingAsync();
        ResponseDeletionResult deletion = await Client.DeleteResponseAsync(created.Id);
        await _sdk.ShouldHaveCostNothingAsync();

        read.GetOutputText().ShouldBe(created.GetOutputText());
        ((MessageResponseItem)items.ShouldHaveSingleItem()).Content[0].Text.ShouldBe("Hello there");
        deletion.Deleted.ShouldBeTrue();
        (await Should.ThrowAsync<ClientResultException>(() => Client.GetResponseAsync(created.Id))).Status.ShouldBe(404);
        (await _sdk.LastRowAsync()).Outcome.ShouldBe("upstream_error");
    }

    [Fact]
    public async Task Responses_UnknownPrevious_ThrowsTheProvidersReasonAndCostsNothing()
    {
        var error = await Should.ThrowAsync<ClientResultException>(() => Client.CreateResponseAsync("gpt-4o", "More", "resp_none"));

        error.Status.ShouldBe(400);
        error.Message.ShouldContain("previous_response_not_found");
        var row = await _sdk.LastRowAsync();
        row.Outcome.ShouldBe("upstream_error");
        row.CostNanoUsd.ShouldBe(0);
    }
}
