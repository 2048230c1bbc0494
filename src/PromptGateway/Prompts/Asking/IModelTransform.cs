using PromptGateway.Prompts.Transforms;

namespace PromptGateway.Prompts.Asking;

/// <summary>
/// A transform that asks a model. Planning and applying are separate: between them the answers are waited for, outside of the time of the
/// transforms that compute. As it stands it changes nothing; what <see cref="Answered"/> gives is put in its place for one request.
/// </summary>
internal interface IModelTransform : ITransform
{
    /// <summary>Its own settings over those of all.</summary>
    AskSettings Over(AskSettings standard);

    /// <summary>What it would ask about a prompt; none, and why.</summary>
    (IReadOnlyList<ModelQuestion> Questions, string? Skipped) Plan(PromptDraft draft);

    /// <summary>The transform with its answers, for the same body.</summary>
    IPromptEdit Answered(IReadOnlyList<(ModelQuestion Question, ModelAnswer Answer)> answers, string? skipped);
}
