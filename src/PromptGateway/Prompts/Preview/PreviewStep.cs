using PromptGateway.Prompts.Policies;

namespace PromptGateway.Prompts.Preview;

/// <summary>What one transform of a policy adds to those before it.</summary>
/// <param name="Report">From the run of the whole policy.</param>
/// <param name="TokensSaved">Counted; negative when the prompt got longer in tokens.</param>
/// <param name="Diff">What it changed.</param>
internal sealed record PreviewStep(TransformReport Report, int TokensSaved, PromptDiff Diff);
