namespace PromptGateway.Routing;

/// <summary>A model name as <c>GET /v1/models</c> shows it, and the first upstream that serves it.</summary>
internal sealed record ListedModel(string Name, Upstream Upstream);
