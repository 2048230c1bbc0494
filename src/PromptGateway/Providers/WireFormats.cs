using PromptGateway.Chat;
using PromptGateway.Providers.Anthropic;
using PromptGateway.Providers.OpenAI;

namespace PromptGateway.Providers;

/// <summary>Which format the answers of an operation are in.</summary>
internal static class WireFormats
{
    private static readonly ChatFormat Chat = new();
    private static readonly ResponsesFormat Responses = new();
    private static readonly ResponsesFormat StoredResponses = new(endsExplicitly: false);
    private static readonly MessagesFormat Messages = new();
    private static readonly PlainFormat Plain = new();

    public static IWireFormat For(Operation operation) =>
        operation switch
        {
            Operation.Chat or Operation.Completion => Chat,
            Operation.Responses => Responses,
            Operation.StoredResponse => StoredResponses,
            Operation.Messages => Messages,
            _ => Plain,
        };
}
