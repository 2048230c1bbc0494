namespace PromptGateway.Prompts.Transforms;

/// <summary>What several strings share: so many bytes at the start and at the end of the one that is named.</summary>
/// <param name="Node">The string on the tape.</param>
/// <param name="Prefix">Bytes behind the opening quote.</param>
/// <param name="Suffix">Bytes before the closing quote.</param>
internal readonly record struct TextHole(int Node, int Prefix, int Suffix);
