using PromptGateway.Prompts.Map;

namespace PromptGateway.Prompts.Transforms;

/// <summary>
/// <c>trim-history</c>: when a conversation is longer than its budget, its oldest messages are left out, until no more than a share of the
/// budget is left; then nothing changes again until the budget is reached once more. System and developer messages stay, so does the user's
/// last message before the cut when the model was at work on it, and a tool result never stays without its call. What was cut stays cut.
/// </summary>
/// <param name="maxTokens">The budget in estimated tokens, tools and system text included; 0 for three quarters of the target's window.</param>
/// <param name="keep">How much of the budget is left after a cut.</param>
internal sealed class TrimHistoryTransform(int maxTokens = 0, double keep = 0.5) : IPromptEdit
{
    private const double ShareOfWindow = 0.75;

    public string Name => "trim-history";

    public TransformClass Class => TransformClass.Trimming;

    public bool BeforeTexts => true;

    public string? Edit(PromptDraft draft)
    {
        var budget = maxTokens > 0 ? maxTokens : (int)((draft.Target.ContextTokens ?? 0) * ShareOfWindow);
        if (budget <= 0)
            return SkipReason.NoWindow;
        // No text has more tokens than bytes.
        if (draft.Body.Length <= budget || draft.Map.Messages.Length < 2)
            return SkipReason.NothingToDo;
        using var window = new HistoryWindow(draft, budget, (int)(budget * keep));
        var (cut, question) = window.Find();
        if (cut == 0)
            return SkipReason.NothingToDo;
        for (var message = 0; message < cut; message++)
            if (message != question && !HistoryWindow.IsInstruction(draft.Map.Messages[message].Kind))
                draft.Remove(message);
        return null;
    }
}
