using PromptGateway.Prompts.Asking;

namespace PromptGateway.Prompts.Models;

/// <summary>What a transform's own settings change of those of all.</summary>
internal static class AskOverrides
{
    public static AskSettings Apply(AskSettings standard, string? model, int timeoutSeconds) =>
        standard with
        {
            Model = model ?? standard.Model,
            Timeout = timeoutSeconds > 0 ? TimeSpan.FromSeconds(timeoutSeconds) : standard.Timeout,
        };
}
