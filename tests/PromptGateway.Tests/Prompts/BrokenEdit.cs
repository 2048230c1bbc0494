using PromptGateway.Prompts.Transforms;

namespace PromptGateway.Tests.Prompts;

/// <summary>An edit of messages and members that leaves a half-done edit behind when it throws.</summary>
internal sealed class BrokenEdit(bool beforeTexts) : IPromptEdit
{
    public string Name => "broken-edit";

    public TransformClass Class => TransformClass.Trimming;

    public bool BeforeTexts => beforeTexts;

    public string? Edit(PromptDraft draft)
    {
        var start = draft.Texts.Length;
        draft.Texts.Append("\"half\""u8);
        draft.Replace(draft.Map.Segments[0].Start, draft.Map.Segments[0].End, start);
        throw new InvalidOperationException("A fault of the edit.");
    }
}
