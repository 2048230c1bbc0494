using System.Text;
using PromptGateway.Prompts.Asking;
using PromptGateway.Prompts.Map;
using PromptGateway.Prompts.Transforms;

namespace PromptGateway.Prompts.Models;

/// <summary>Puts rewritten prompts in the places of the originals, in the body that the questions were made from.</summary>
internal sealed class RewriteEdit(
    RewriteTransform transform,
    IReadOnlyList<(ModelQuestion Question, ModelAnswer Answer)> answers,
    string? skipped
) : IPromptEdit
{
    public string Name => transform.Name;

    public TransformClass Class => transform.Class;

    public bool BeforeTexts => true;

    public string? Edit(PromptDraft draft)
    {
        var (applied, reason) = (0, skipped);
        foreach (var (question, answer) in answers)
            if (answer.Text is null)
                reason ??= answer.Failure;
            else if (Find(draft.Map, question.Place) is { } segment && !draft.IsRemoved(segment.Message))
            {
                var at = draft.Texts.Length;
                SegmentText.Encode(Encoding.UTF8.GetBytes(answer.Text), draft.Texts);
                draft.Replace(segment.Start, segment.End, at);
                applied++;
            }
        return applied > 0 ? null : reason ?? SkipReason.NothingToDo;
    }

    private static PromptSegment? Find(PromptMap map, int start)
    {
        foreach (ref readonly var segment in map.Segments)
            if (segment.Start == start)
                return segment;
        return null;
    }
}
