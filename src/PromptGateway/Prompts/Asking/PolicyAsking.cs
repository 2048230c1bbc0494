using PromptGateway.Prompts.Map;
using PromptGateway.Prompts.Models;
using PromptGateway.Prompts.Policies;
using PromptGateway.Prompts.Transforms;
using PromptGateway.Tokens;

namespace PromptGateway.Prompts.Asking;

/// <summary>Gets the answers that a policy needs for a prompt, before it is run.</summary>
internal sealed class PolicyAsking(ModelAsking asking, TimeProvider time)
{
    /// <summary>Whatever goes wrong, the policy comes back as it was, so that the caller's request goes on.</summary>
    /// <param name="body">The prompt; valid until the task ends.</param>
    /// <param name="format">Its shape.</param>
    /// <param name="policy">Asks a model.</param>
    /// <param name="target">Where the prompt goes.</param>
    /// <param name="settings">How models are asked.</param>
    /// <param name="asker">On whose behalf.</param>
    /// <param name="cancellationToken">The caller leaves.</param>
    public async Task<AskedPolicy> AskAsync(
        ReadOnlyMemory<byte> body,
        RequestFormat format,
        OptimizationPolicy policy,
        PromptTarget target,
        AskSettings settings,
        Asker asker,
        CancellationToken cancellationToken
    )
    {
        var started = time.GetTimestamp();
        try
        {
            return await AskAllAsync(body, format, policy, target, settings, asker, cancellationToken);
        }
        // Patterns over a caller's text may run into their time limit, say.
        catch (Exception e) when (e is not OutOfMemoryException && !cancellationToken.IsCancellationRequested)
        {
            return new AskedPolicy(policy, time.GetElapsedTime(started)) { Failure = AskFailure.Error };
        }
    }

    private async Task<AskedPolicy> AskAllAsync(
        ReadOnlyMemory<byte> body,
        RequestFormat format,
        OptimizationPolicy policy,
        PromptTarget target,
        AskSettings settings,
        Asker asker,
        CancellationToken cancellationToken
    )
    {
        var started = time.GetTimestamp();
        var transforms = policy.Transforms.ToArray();
        var asked = new AskedPolicy(policy, default);
        for (var index = 0; index < transforms.Length; index++)
        {
            if (transforms[index] is not IModelTransform transform)
                continue;
            var (questions, skipped) = Plan(transform, body, format, target);
            var answers = await AnswerAsync(questions, transform.Over(settings), asker, cancellationToken);
            transforms[index] = transform.Answered([.. answers.Select(a => (a.Question, a.Answer))], skipped);
            asked = asked with
            {
                CostNanoUsd = asked.CostNanoUsd + answers.Sum(a => a.CostNanoUsd),
                Failure = asked.Failure ?? FailureOf(answers),
                Rewritten = transform is RewriteTransform ? RewrittenOf(answers) ?? asked.Rewritten : asked.Rewritten,
            };
        }
        return asked with { Policy = policy with { Transforms = transforms }, Time = time.GetElapsedTime(started) };
    }

    /// <summary>The map is of this thread: it is gone before anything is waited for.</summary>
    private static (IReadOnlyList<ModelQuestion>, string?) Plan(
        IModelTransform transform,
        ReadOnlyMemory<byte> body,
        RequestFormat format,
        PromptTarget target
    )
    {
        using var map = PromptMap.Rent();
        if (!map.TryRead(body.Span, format))
            return ([], SkipReason.NotParsed);
        var draft = new PromptDraft(body, map, format, target);
        using (draft.Texts)
            return transform.Plan(draft);
    }

    private async Task<List<(ModelQuestion Question, ModelAnswer Answer, long CostNanoUsd)>> AnswerAsync(
        IReadOnlyList<ModelQuestion> questions,
        AskSettings settings,
        Asker asker,
        CancellationToken cancellationToken
    )
    {
        var answers = new List<(ModelQuestion, ModelAnswer, long)>();
        foreach (var question in questions)
            if (await asking.AskAsync(question, settings, asker, cancellationToken) is (var answer, var cost))
                answers.Add((question, answer, cost));
        return answers;
    }

    /// <summary>Only of what was asked for this request: an older text stays as it was sent.</summary>
    private static string? FailureOf(List<(ModelQuestion Question, ModelAnswer Answer, long)> answers)
    {
        foreach (var (question, answer, _) in answers)
            if (question.MayAsk && AskFailure.IsOne(answer.Failure))
                return answer.Failure;
        return null;
    }

    private static RewrittenPrompt? RewrittenOf(List<(ModelQuestion Question, ModelAnswer Answer, long)> answers)
    {
        foreach (var (question, answer, _) in answers)
            if (question.MayAsk)
                return new RewrittenPrompt(question.Text, answer.Text, answer.Changes, answer.Confidence, answer.Failure);
        return null;
    }
}
