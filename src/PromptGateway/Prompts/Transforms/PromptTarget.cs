using PromptGateway.Routing;

namespace PromptGateway.Prompts.Transforms;

/// <summary>What transforms may know of the place that a prompt goes to. The default is a place of which nothing is known.</summary>
internal sealed record PromptTarget
{
    public static PromptTarget Unknown { get; } = new();

    /// <summary>The model's name there; null when it is what the body says.</summary>
    public string? Model { get; init; }

    /// <summary>The provider's name as configured, such as <c>openai</c> or <c>anthropic</c>.</summary>
    public string? Provider { get; init; }

    /// <summary>The model's window in tokens.</summary>
    public int? ContextTokens { get; init; }

    /// <summary>What a token read from the prompt cache costs, as a share of an input token; 1 where there is no cache.</summary>
    public double CachedPrice { get; init; } = 0.1;

    /// <summary>What a token that is new to the prompt cache costs, as a share of an input token.</summary>
    public double NewPrice { get; init; } = 1.25;

    /// <param name="target">The first that the request would go to; its price list knows what its cache costs.</param>
    public static PromptTarget Of(Target target) =>
        new()
        {
            Model = target.Model,
            Provider = target.Upstream.Provider.Name,
            ContextTokens = (int?)Math.Min(int.MaxValue, target.Price?.ContextWindow ?? int.MaxValue) is { } window and < int.MaxValue
                ? window
                : null,
            CachedPrice = Share(target.Price, target.Price?.CachedInput, 0.1),
            NewPrice = Share(target.Price, target.Price?.CacheWrite, 1.25),
        };

    /// <summary>A price that is not known counts as the one that makes a broken cache dearest.</summary>
    private static double Share(ModelPrice? price, long? part, double unknown) =>
        price is not { Input: > 0 } ? unknown
        : part is { } known ? Math.Clamp((double)known / price.Input, 0, 4)
        : 1;
}
