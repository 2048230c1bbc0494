using System.ClientModel;
using System.ClientModel.Primitives;
using OpenAI.Responses;

namespace PromptGateway.Prompts.Asking;

/// <summary>One question through the official SDK's Responses client, answered in strict structured output.</summary>
internal static class ResponsesQuestion
{
    private static readonly Uri Gateway = new("http://gateway/v1");

    /// <returns>The answer's JSON, or why there is none.</returns>
    /// <exception cref="ClientResultException">An error status.</exception>
    public static async Task<(string? Json, string? Failure)> AskAsync(
        PipelineHandler pipeline,
        ModelQuestion question,
        AskSettings settings,
        CancellationToken cancellationToken
    )
    {
        // The time limit is the token's; the pipeline retries by itself.
        using var http = new HttpClient(pipeline, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan };
        using var transport = new HttpClientPipelineTransport(http);
        var client = new ResponsesClient(
            new ApiKeyCredential("in-process"),
            new ResponsesClientOptions
            {
                Endpoint = Gateway,
                Transport = transport,
                RetryPolicy = new ClientRetryPolicy(maxRetries: 0),
                NetworkTimeout = Timeout.InfiniteTimeSpan,
            }
        );
        var options = new CreateResponseOptions(settings.Model!, [ResponseItem.CreateUserMessageItem(question.Text)])
        {
            Instructions = question.Instructions,
            MaxOutputTokenCount = settings.MaxOutputTokens,
            StoredOutputEnabled = false,
            TextOptions = new ResponseTextOptions
            {
                TextFormat = ResponseTextFormat.CreateJsonSchemaFormat(question.SchemaName, question.Schema, jsonSchemaIsStrict: true),
            },
        };
        ResponseResult result = await client.CreateResponseAsync(options, cancellationToken);
        return Read(result);
    }

    private static (string? Json, string? Failure) Read(ResponseResult result)
    {
        if (result.Status == ResponseStatus.Incomplete)
            return (null, AskFailure.Cut);
        if (result.Status != ResponseStatus.Completed)
            return (null, AskFailure.Error);
        foreach (var item in result.OutputItems.OfType<MessageResponseItem>())
        foreach (var part in item.Content)
            if (part.Refusal is not null)
                return (null, AskFailure.Refused);
        return result.GetOutputText() is { Length: > 0 } text ? (text, null) : (null, AskFailure.Malformed);
    }
}
