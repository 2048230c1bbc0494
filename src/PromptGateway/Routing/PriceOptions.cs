namespace PromptGateway.Routing;

/// <summary>Section <c>Prices</c>.</summary>
internal sealed class PriceOptions
{
    /// <summary>
    /// Prices that count before the built-in ones: a <c>.csv</c> with the same columns, or a <c>.json</c> in the format of LiteLLM's
    /// <c>model_prices_and_context_window.json</c>. Read with each change of the configuration. Not set: the built-in ones alone.
    /// </summary>
    public string? File { get; set; }
}
