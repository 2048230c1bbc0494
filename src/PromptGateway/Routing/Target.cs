namespace PromptGateway.Routing;

/// <summary>One place that can answer a request: an upstream and the model's name there.</summary>
/// <param name="Price">Null when it is not known.</param>
internal sealed record Target(Upstream Upstream, string? Model, ModelPrice? Price);
