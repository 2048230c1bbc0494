using PromptGateway.Prompts.Transforms;
using PromptGateway.Routing;

namespace PromptGateway.Cli;

/// <summary>What transforms may know of a model that is only named: its provider by the request's format, its window by the price list.</summary>
internal sealed class ModelTargets
{
    private readonly PriceList _prices = PriceList.Load();

    /// <param name="provider"><c>openai</c> or <c>anthropic</c>.</param>
    /// <param name="model">Null: the request names none.</param>
    public PromptTarget Of(string provider, string? model) =>
        new()
        {
            Provider = provider,
            Model = model,
            ContextTokens = model is null ? null : (int?)_prices.Find(provider, model)?.ContextWindow,
        };
}
