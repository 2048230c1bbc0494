using System.Text;
using PromptGateway.Prompts.Asking;
using PromptGateway.Prompts.Map;
using PromptGateway.Prompts.Transforms;
using PromptGateway.Tokens;

namespace PromptGateway.Prompts.Models;

/// <summary>
/// <c>rewrite</c>: the user's last prompt as a small model would put it: same intent, facts and language, more structure, less ambiguity.
/// Earlier prompts of the conversation get what they got when they were the last; a prompt that was sent as it came stays as it came.
/// </summary>
/// <param name="model">Instead of <c>Optimization:Models:Model</c>.</param>
/// <param name="timeoutSeconds">Instead of the usual; 0: the usual.</param>
/// <param name="minTokens">Shorter prompts, by estimate, are left alone.</param>
/// <param name="maxTokens">Longer ones too.</param>
internal sealed class RewriteTransform(string? model = null, int timeoutSeconds = 0, int minTokens = 8, int maxTokens = 4000)
    : IModelTransform,
        IPromptEdit
{
    public string Name => "rewrite";

    public TransformClass Class => TransformClass.Model;

    public bool BeforeTexts => true;

    /// <summary>Without a model's answers nothing is changed.</summary>
    public string? Edit(PromptDraft draft) => SkipReason.NotAsked;

    public AskSettings Over(AskSettings standard) => AskOverrides.Apply(standard, model, timeoutSeconds);

    public string? Model => model;

    public (IReadOnlyList<ModelQuestion> Questions, string? Skipped) Plan(PromptDraft draft)
    {
        var map = draft.Map;
        var last = map.Messages.Length == 0 ? 0 : map.Messages.Length - 1;
        var questions = new List<ModelQuestion>();
        string? skipped = SkipReason.NoUserTurn;
        var (ordinal, start) = (0, 0);
        for (var message = 0; message <= last; message++)
        {
            var segments = SegmentsOf(map, message, ref start);
            if (segments.IsEmpty || segments[0].Kind != SegmentKind.User)
                continue;
            ordinal++;
            var reason = Consider(draft, segments, out var text);
            if (message == last)
                skipped = reason;
            if (reason is null)
                questions.Add(Question(text!, segments[0].Start, ordinal, message == last));
        }
        return (questions, skipped);
    }

    public IPromptEdit Answered(IReadOnlyList<(ModelQuestion Question, ModelAnswer Answer)> answers, string? skipped) =>
        new RewriteEdit(this, answers, skipped);

    /// <summary>The parts of one message; those of a message stand together.</summary>
    private static ReadOnlySpan<PromptSegment> SegmentsOf(PromptMap map, int message, ref int start)
    {
        var segments = map.Segments;
        while (start < segments.Length && segments[start].Message < message)
            start++;
        var end = start;
        while (end < segments.Length && segments[end].Message == message)
            end++;
        return segments[start..end];
    }

    /// <summary>Why a message is left alone; null with its text when it is to be rewritten.</summary>
    private string? Consider(PromptDraft draft, ReadOnlySpan<PromptSegment> segments, out string? text)
    {
        text = null;
        // A text beside images, documents or other texts cannot be rewritten without them.
        if (segments.Length != 1 || !segments[0].IsText)
            return SkipReason.SeveralParts;
        using var buffer = new TextBuffer();
        SegmentText.Decode(draft.Body, segments[0], buffer);
        var estimate = new TextTokenEstimate();
        estimate.Add(buffer.Text);
        if (estimate.Tokens < minTokens)
            return SkipReason.TooShort;
        if (estimate.Tokens > maxTokens)
            return SkipReason.TooLong;
        text = Encoding.UTF8.GetString(buffer.Text);
        return PromptQuality.IsGood(text) ? SkipReason.AlreadyGood : null;
    }

    private static ModelQuestion Question(string text, int place, int ordinal, bool mayAsk) =>
        new()
        {
            // The same words as another turn are another question: what was decided for one must not change the other.
            Kind = $"rewrite {RewriteQuestion.Version} {ordinal}",
            Text = text,
            Place = place,
            MayAsk = mayAsk,
            Instructions = RewriteQuestion.Instructions,
            SchemaName = RewriteQuestion.SchemaName,
            Schema = RewriteQuestion.Schema,
            Judge = (json, settings) => RewriteQuestion.Judge(text, json, settings),
        };
}
