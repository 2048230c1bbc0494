using PromptGateway.Chat;
using PromptGateway.Tokens;

namespace PromptGateway.Prompts;

/// <summary>Counting the tokens of a prompt: about a millisecond for 32 KB, so only where an estimate is not enough.</summary>
internal static class PromptCount
{
    /// <summary>Bytes of text that are tokenized; what is beyond is extrapolated.</summary>
    private const int Sample = 256 * 1024;

    /// <param name="prompt">The request.</param>
    /// <param name="operation">Decides the shape of the body.</param>
    /// <param name="model">As sent upstream: decides how it is counted.</param>
    public static long CountTokens(this Prompt prompt, Operation operation, string model) => prompt.Count(operation, model).Tokens;

    public static TokenEstimate Count(this Prompt prompt, Operation operation, string model) =>
        RequestTokenCount.Of(prompt.Sent, FormatOf(operation), model, Sample);

    private static RequestFormat FormatOf(Operation operation) =>
        operation switch
        {
            Operation.Responses => RequestFormat.Responses,
            Operation.Messages => RequestFormat.Messages,
            Operation.Embeddings => RequestFormat.Embeddings,
            Operation.Completion => RequestFormat.Completions,
            _ => RequestFormat.ChatCompletions,
        };
}
