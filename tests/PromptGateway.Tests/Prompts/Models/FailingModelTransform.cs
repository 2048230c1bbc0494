using PromptGateway.Prompts.Asking;
using PromptGateway.Prompts.Transforms;

namespace PromptGateway.Tests.Prompts.Models;

/// <summary>Throws when it is to say what it would ask.</summary>
internal sealed class FailingModelTransform : IModelTransform
{
    public string Name => "failing";

    public TransformClass Class => TransformClass.Model;

    public AskSettings Over(AskSettings standard) => standard;

    public (IReadOnlyList<ModelQuestion> Questions, string? Skipped) Plan(PromptDraft draft) =>
        throw new System.Text.RegularExpressions.RegexMatchTimeoutException();

    public IPromptEdit Answered(IReadOnlyList<(ModelQuestion Question, ModelAnswer Answer)> answers, string? skipped) =>
        throw new NotSupportedException();
}
