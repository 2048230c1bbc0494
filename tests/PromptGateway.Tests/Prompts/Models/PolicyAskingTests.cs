using PromptGateway.Prompts.Asking;
using PromptGateway.Prompts.Policies;
using PromptGateway.Prompts.Transforms;
using PromptGateway.Tokens;

namespace PromptGateway.Tests.Prompts.Models;

public sealed class PolicyAskingTests
{
    /// <summary>As a pattern does that runs into its time limit over a caller's text.</summary>
    [Fact]
    public async Task Plan_ThatFails_LeavesThePolicyAsItWas()
    {
        var policy = new OptimizationPolicy("rewrite", [new FailingModelTransform()]);
        var asking = new PolicyAsking(asking: null!, TimeProvider.System);

        var asked = await asking.AskAsync(
            """{"model":"gpt-4o","messages":[{"role":"user","content":"hello"}]}"""u8.ToArray(),
            RequestFormat.ChatCompletions,
            policy,
            PromptTarget.Unknown,
            AskSettings.Standard,
            asker: null!,
            default
        );

        asked.Policy.ShouldBeSameAs(policy);
        asked.Failure.ShouldBe(AskFailure.Error);
    }
}
