using PromptGateway.Json;

namespace PromptGateway.Routing;

/// <summary>One place that can answer a request: an upstream and the model's name there.</summary>
/// <param name="Price">Null when it is not known.</param>
internal sealed record Target(Upstream Upstream, string? Model, ModelPrice? Price)
{
    /// <summary>The model's name as a JSON string, ready to be spliced into a body.</summary>
    public ReadOnlyMemory<byte> ModelJson { get; } = Model is null ? default : JsonStringLiteral.Encode(Model);
}
