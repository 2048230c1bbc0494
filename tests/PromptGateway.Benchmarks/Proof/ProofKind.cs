namespace PromptGateway.Benchmarks.Proof;

/// <summary>What policies promise.</summary>
internal enum ProofKind
{
    /// <summary>No body becomes longer.</summary>
    Bytes,

    /// <summary>No prompt becomes longer, counted exactly.</summary>
    Tokens,

    /// <summary>Every text can be had back.</summary>
    Decode,

    /// <summary>The next turn begins with what was sent for the last.</summary>
    Prefix,

    /// <summary>A second run changes nothing.</summary>
    Repeat,

    /// <summary>What is sent is JSON.</summary>
    Json,

    /// <summary>No transform fails, none proposes what its check refuses, nothing throws.</summary>
    Fault,
}
