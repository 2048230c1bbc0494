using System.Text;
using PromptGateway.Prompts.Asking;
using PromptGateway.Prompts.Map;
using PromptGateway.Prompts.Transforms;

namespace PromptGateway.Prompts.Models;

/// <summary>Puts a summary in the place of the messages before the cut, as a message of the user right before the first that stays.</summary>
internal sealed class SummaryEdit(
    SummarizeHistoryTransform transform,
    IReadOnlyList<(ModelQuestion Question, ModelAnswer Answer)> answers,
    string? skipped,
    int maxTokens,
    double keep
) : IPromptEdit
{
    public string Name => transform.Name;

    public TransformClass Class => transform.Class;

    public bool BeforeTexts => true;

    public string? Edit(PromptDraft draft)
    {
        if (answers is not [var (asked, answer)])
            return skipped ?? SkipReason.NothingToDo;
        if (answer.Text is null)
            return answer.Failure;
        using var window = new HistoryWindow(draft, maxTokens, (int)(maxTokens * keep));
        var (cut, question) = window.Find();
        if (cut == 0 || cut != asked.Place)
            return SkipReason.NothingToDo;
        var replaced = 0;
        for (var message = 0; message < cut; message++)
            if (Transcript.IsReplaced(draft, message, question))
            {
                draft.Remove(message);
                replaced++;
            }
        var at = draft.Texts.Length;
        draft.Texts.Append("{\"role\":\"user\",\"content\":"u8);
        SegmentText.Encode(
            Encoding.UTF8.GetBytes($"[Summary of the {replaced} earlier messages of this conversation, which are left out]\n{answer.Text}"),
            draft.Texts
        );
        draft.Texts.Append("},"u8);
        var place = draft.Map.Messages[cut].Start;
        draft.Replace(place, place, at);
        return null;
    }
}
