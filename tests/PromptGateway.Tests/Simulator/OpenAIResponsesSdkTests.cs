using System.ClientModel;
using System.Text;
using OpenAI.Responses;
using PromptGateway.Tokens;

namespace PromptGateway.Tests.Simulator;

public sealed class OpenAIResponsesSdkTests : SimulatorTests
{
    private ResponsesClient Client => new(Simulator.Credential, new ResponsesClientOptions { Endpoint = Simulator.Host.BaseAddress });

    [Fact]
    public async Task Responses_PlainQuestion_AnswersWithUsage()
    {
        ResponseResult response = await Client.CreateResponseAsync("gpt-4o", "Hello there");

        response.Status.ShouldBe(ResponseStatus.Completed);
        response.GetOutputText().ShouldStartWith("This is the PromptGateway simulator. You said: Hello there");
        response.Usage.InputTokenCount.ShouldBe(9);
        response.Usage.OutputTokenCount.ShouldBe(48);
        response.Usage.TotalTokenCount.ShouldBe(57);
    }

    [Fact]
    public async Task Responses_ReasoningModel_PutsAReasoningItemFirst()
    {
        ResponseResult response = await Client.CreateResponseAsync("gpt-5-mini", "Hello");

        response.OutputItems[0].ShouldBeOfType<ReasoningResponseItem>();
        response.OutputItems[1].ShouldBeAssignableTo<MessageResponseItem>();
        response.Usage.OutputTokenDetails.ReasoningTokenCount.ShouldBe(16);
    }

    [Fact]
    public async Task Responses_Streamed_DeltasMakeTheCompletedText()
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
        Tokenizer.O200k.Count(deltas.ToString()).ShouldBe(48);
        completed.Usage.OutputTokenCount.ShouldBe(64);
    }

    [Fact]
    public async Task Responses_Continued_CarriesTheEarlierTurns()
    {
        ResponseResult first = await Client.CreateResponseAsync("gpt-4o", "Hello there");
        ResponseResult second = await Client.CreateResponseAsync("gpt-4o", "And now?", first.Id);

        second.GetOutputText().ShouldContain("And now?");
        second.Usage.InputTokenCount.ShouldBeGreaterThan(first.Usage.InputTokenCount + first.Usage.OutputTokenCount);
    }

    [Fact]
    public async Task Responses_Stored_CanBeReadListedAndDeleted()
    {
        ResponseResult created = await Client.CreateResponseAsync("gpt-4o", "Hello there");

        ResponseResult read = await Client.GetResponseAsync(created.Id);
        var items = new List<ResponseItem>();
        await foreach (var item in Client.GetResponseInputItemsAsync(created.Id))
            items.Add(item);
        ResponseDeletionResult deletion = await Client.DeleteResponseAsync(created.Id);

        read.GetOutputText().ShouldBe(created.GetOutputText());
        ((MessageResponseItem)items.ShouldHaveSingleItem()).Content[0].Text.ShouldBe("Hello there");
        deletion.Deleted.ShouldBeTrue();
        (await Should.ThrowAsync<ClientResultException>(() => Client.GetResponseAsync(created.Id))).Status.ShouldBe(404);
    }

    [Fact]
    public async Task Responses_NotStored_CannotBeContinued()
    {
        var options = new CreateResponseOptions("gpt-4o", [ResponseItem.CreateUserMessageItem("Hi")]) { StoredOutputEnabled = false };
        ResponseResult first = await Client.CreateResponseAsync(options);

        var error = await Should.ThrowAsync<ClientResultException>(() => Client.CreateResponseAsync("gpt-4o", "More", first.Id));

        error.Status.ShouldBe(400);
        error.Message.ShouldContain("previous_response_not_found");
    }

    [Fact]
    public async Task Responses_FunctionToolStreamed_SendsArgumentsAndTheCall()
    {
        var schema = BinaryData.FromString("""{"type":"object","properties":{"city":{"enum":["Paris"]}},"required":["city"]}""");
        var options = new CreateResponseOptions("gpt-4o", [ResponseItem.CreateUserMessageItem("call get_weather")])
        {
            StreamingEnabled = true,
            Tools = { ResponseTool.CreateFunctionTool("get_weather", schema, strictModeEnabled: true) },
        };
        var deltas = new StringBuilder();
        string? done = null;
        ResponseResult? completed = null;

        await foreach (var update in await Client.CreateResponseStreamingAsync(options))
        {
            if (update is StreamingResponseFunctionCallArgumentsDeltaUpdate delta)
                deltas.Append(delta.Delta);
            if (update is StreamingResponseFunctionCallArgumentsDoneUpdate end)
                done = end.FunctionArguments.ToString();
            if (update is StreamingResponseCompletedUpdate last)
                completed = last.Response;
        }

        deltas.ToString().ShouldBe("""{"city":"Paris"}""");
        done.ShouldBe(deltas.ToString());
        var call = completed.ShouldNotBeNull().OutputItems.ShouldHaveSingleItem().ShouldBeOfType<FunctionCallResponseItem>();
        call.FunctionName.ShouldBe("get_weather");
        call.CallId.ShouldStartWith("call_");
    }

    [Fact]
    public async Task Responses_TokenLimit_IsIncomplete()
    {
        var options = new CreateResponseOptions("gpt-4o", [ResponseItem.CreateUserMessageItem("Hi")]) { MaxOutputTokenCount = 16 };

        ResponseResult response = await Client.CreateResponseAsync(options);

        response.Status.ShouldBe(ResponseStatus.Incomplete);
        response.IncompleteStatusDetails.Reason.ShouldBe(ResponseIncompleteStatusReason.MaxOutputTokens);
        response.Usage.OutputTokenCount.ShouldBe(16);
    }
}
