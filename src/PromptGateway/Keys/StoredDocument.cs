namespace PromptGateway.Keys;

/// <summary>A document of an <see cref="IDocumentStore"/>.</summary>
/// <param name="Id">Unique within its kind.</param>
/// <param name="Json">An object.</param>
internal sealed record StoredDocument(string Id, string Json);
