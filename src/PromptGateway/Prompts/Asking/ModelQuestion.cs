namespace PromptGateway.Prompts.Asking;

/// <summary>A question to a model whose answer takes the place of a part of a prompt.</summary>
internal sealed record ModelQuestion
{
    /// <summary>Tells questions about the same text apart: the transform, its version, its settings.</summary>
    public required string Kind { get; init; }

    /// <summary>The text that it is about.</summary>
    public required string Text { get; init; }

    /// <summary>Where the answer goes: an offset in the body that the transform understands.</summary>
    public required int Place { get; init; }

    /// <summary>False: only an answer that is known already is used. Older turns were decided when they were the last.</summary>
    public required bool MayAsk { get; init; }
    public required string Instructions { get; init; }

    /// <summary>Name of the schema.</summary>
    public required string SchemaName { get; init; }

    /// <summary>JSON schema of the answer, fit for strict mode.</summary>
    public required BinaryData Schema { get; init; }

    /// <summary>What the answer's JSON comes to.</summary>
    public required Func<string, AskSettings, ModelAnswer> Judge { get; init; }
}
