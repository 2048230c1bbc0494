namespace PromptGateway.Objects;

/// <summary>What a request has to do with objects.</summary>
internal enum ObjectRole
{
    Makes,
    Reads,

    /// <summary>Reads the result of a batch, a line each of its requests.</summary>
    ReadsLines,
    Deletes,
    Lists,
}
