namespace PromptGateway.Hosting;

/// <summary>Endpoint metadata that says where the endpoint is served.</summary>
internal sealed record SurfaceMetadata(Surface Surface);
