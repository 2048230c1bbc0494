namespace PromptGateway.Keys;

/// <summary>Rules that are read from an <see cref="IDocumentStore"/> again when something in it has changed.</summary>
internal interface IStoredRules
{
    Task RefreshAsync(CancellationToken cancellationToken);
}
