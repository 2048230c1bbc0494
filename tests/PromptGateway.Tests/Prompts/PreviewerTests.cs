using PromptGateway.Prompts.Policies;
using PromptGateway.Prompts.Preview;
using PromptGateway.Tokens;

namespace PromptGateway.Tests.Prompts;

public sealed class PreviewerTests
{
    private static readonly RequestFormat[] Formats = [RequestFormat.ChatCompletions, RequestFormat.Responses, RequestFormat.Messages];
    private static readonly PromptPreviewer Previewer = new(new PolicyRunner(TimeProvider.System));

    [Fact]
    public void Preview_OfRandomConversations_AddsUpAndShowsWhatThePolicySends() =>
        FsCheckRuns.Usual(seed =>
        {
            var format = Formats[Math.Abs(seed % Formats.Length)];
            var body = RandomPrompts.Body(seed, format);
            foreach (var policy in BuiltInPolicies.All.Select(policy => policy with { CacheableTokens = seed % 2 == 0 ? 0 : 300 }))
            {
                var preview = Previewer.Preview(body, format, policy, "gpt-4o");
                using var sent = new PolicyRunner(TimeProvider.System).Run(
                    body,
                    format,
                    policy with
                    {
                        TimeBudget = TimeSpan.FromMinutes(1),
                    }
                );

                preview.Request.ShouldBe(sent.Body.ToArray());
                preview.Steps.Sum(step => step.TokensSaved).ShouldBe(preview.TokensSaved);
                preview.Steps.Count.ShouldBe(policy.Transforms.Count);
                preview.After.Tokens.ShouldBe(RequestTokenCount.Of(preview.Request, format, "gpt-4o").Tokens);
                foreach (var step in preview.Steps)
                    (step.Diff.Shown.Count > 0 || step.TokensSaved == 0).ShouldBeTrue(step.Report.Name);
            }
        });
}
