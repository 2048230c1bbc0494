using System.Text;
using PromptGateway.Prompts.Asking;
using PromptGateway.Prompts.Map;
using PromptGateway.Prompts.Transforms;

namespace PromptGateway.Prompts.Models;

/// <summary>
/// <c>summarize-history</c>: when a conversation is longer than its budget, a model's summary takes the place of its oldest messages. The
/// cut is that of <c>trim-history</c>: it stays until the budget is reached again, so that the summary, which is remembered by what it
/// summarizes, is the same in every turn between.
/// </summary>
/// <param name="model">Instead of <c>Optimization:Models:Model</c>.</param>
/// <param name="timeoutSeconds">Instead of the usual; 0: the usual.</param>
/// <param name="maxTokens">The budget in estimated tokens, tools and system text included.</param>
/// <param name="keep">How much of the budget is left after a cut.</param>
internal sealed class SummarizeHistoryTransform(string? model = null, int timeoutSeconds = 0, int maxTokens = 16_000, double keep = 0.4)
    : IModelTransform,
        IPromptEdit
{
    public string Name => "summarize-history";

    public TransformClass Class => TransformClass.Model;

    public bool BeforeTexts => true;

    /// <summary>Without a model's answers nothing is changed.</summary>
    public string? Edit(PromptDraft draft) => SkipReason.NotAsked;

    public AskSettings Over(AskSettings standard) => AskOverrides.Apply(standard, model, timeoutSeconds);

    public (IReadOnlyList<ModelQuestion> Questions, string? Skipped) Plan(PromptDraft draft)
    {
        // No text has more tokens than bytes.
        if (draft.Body.Length <= maxTokens || draft.Map.Messages.Length < 2)
            return ([], SkipReason.NothingToDo);
        using var window = new HistoryWindow(draft, maxTokens, (int)(maxTokens * keep));
        var (cut, question) = window.Find();
        if (cut == 0)
            return ([], SkipReason.NothingToDo);
        var transcript = Transcript.Of(draft, cut, question);
        return (
            [
                new ModelQuestion
                {
                    Kind = $"summary {SummaryQuestion.Version}",
                    Text = transcript,
                    Place = cut,
                    MayAsk = true,
                    Instructions = SummaryQuestion.Instructions,
                    SchemaName = SummaryQuestion.SchemaName,
                    Schema = SummaryQuestion.Schema,
                    Judge = (json, settings) => SummaryQuestion.Judge(transcript, json, settings),
                },
            ],
            null
        );
    }

    public IPromptEdit Answered(IReadOnlyList<(ModelQuestion Question, ModelAnswer Answer)> answers, string? skipped) =>
        new SummaryEdit(this, answers, skipped, maxTokens, keep);
}
