namespace PromptGateway.Prompts.Transforms;

/// <summary>How much a transform may change what the model is told.</summary>
internal enum TransformClass
{
    /// <summary>Nothing: what was said can be had back.</summary>
    Lossless,

    /// <summary>Removes by a stated rule.</summary>
    Trimming,

    /// <summary>Selects parts by relevance.</summary>
    Extractive,

    /// <summary>Asks a model.</summary>
    Model,

    /// <summary>Adds what the operator wants said.</summary>
    Policy,
}
