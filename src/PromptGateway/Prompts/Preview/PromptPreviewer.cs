using PromptGateway.Prompts.Policies;
using PromptGateway.Prompts.Transforms;
using PromptGateway.Tokens;

namespace PromptGateway.Prompts.Preview;

/// <summary>
/// Shows what a policy does to a payload. What each transform saves is the difference that it makes to the result of the ones before it
/// alone, so that the parts add up to the whole. Tokenizes the prompt once for each transform that changed it: not for the request path.
/// </summary>
internal sealed class PromptPreviewer(PolicyRunner runner)
{
    /// <summary>Instead of the policy's own: a preview shows what the transforms do, and how long they take.</summary>
    private static readonly TimeSpan TimeBudget = TimeSpan.FromSeconds(5);

    /// <param name="body">The payload.</param>
    /// <param name="format">Its shape.</param>
    /// <param name="policy">What to run, whatever its mode.</param>
    /// <param name="model">Decides how tokens are counted.</param>
    /// <param name="target">Where it would go; null: not known.</param>
    public PromptPreview Preview(byte[] body, RequestFormat format, OptimizationPolicy policy, string model, PromptTarget? target = null)
    {
        var rules = ModelTokenRules.For(model);
        policy = policy with { TimeBudget = TimeBudget };
        var (request, reports) = Run(policy);
        var before = Count(body);
        var (last, tokens) = (body, before);
        var steps = new List<PreviewStep>(reports.Count);
        for (var index = 0; index < reports.Count; index++)
        {
            var isLast = index == reports.Count - 1;
            var next = isLast ? request : Run(policy with { Transforms = [.. policy.Transforms.Take(index + 1)] }).Body;
            if (next.AsSpan().SequenceEqual(last))
            {
                steps.Add(new PreviewStep(reports[index], 0, PromptDiff.None));
                continue;
            }
            var counted = Count(next);
            steps.Add(new PreviewStep(reports[index], tokens.Tokens - counted.Tokens, PromptDiff.Between(last, next, format)));
            (last, tokens) = (next, counted);
        }
        return new PromptPreview
        {
            Policy = policy.Name,
            Format = format,
            Before = before,
            After = tokens,
            Steps = steps,
            Request = request,
            Restore = RestorePatch.Make(body, request, format),
        };

        (byte[] Body, IReadOnlyList<TransformReport> Reports) Run(OptimizationPolicy tried)
        {
            using var result = runner.Run(body, format, tried, target);
            return (result.Body.IsUnchanged ? body : result.Body.ToArray(), result.Transforms);
        }

        TokenEstimate Count(byte[] payload) => RequestTokenCount.Of(payload, format, rules, int.MaxValue);
    }
}
