namespace PromptGateway.Endpoints;

/// <summary>The model that a request names, in its body, form or query; put on it by <c>ReadPromptStage</c>.</summary>
/// <param name="Name">Null when the request names none.</param>
internal sealed record RequestedModel(string? Name)
{
    public static readonly RequestedModel None = new((string?)null);
}
