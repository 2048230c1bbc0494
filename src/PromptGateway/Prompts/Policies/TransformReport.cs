using PromptGateway.Prompts.Transforms;

namespace PromptGateway.Prompts.Policies;

/// <summary>What one transform did to a prompt.</summary>
/// <param name="Name">The transform.</param>
/// <param name="Class">Its class.</param>
/// <param name="Applied">Whether any part was changed.</param>
/// <param name="BytesSaved">Bytes of text, before JSON escapes.</param>
/// <param name="Microseconds">Time spent, the check of the result included.</param>
/// <param name="SkippedBecause">The last reason for leaving a part alone when none was changed.</param>
internal sealed record TransformReport(
    string Name,
    TransformClass Class,
    bool Applied,
    long BytesSaved,
    double Microseconds,
    string? SkippedBecause
);
