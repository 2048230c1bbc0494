using PromptGateway.Prompts.Optimization;
using PromptGateway.Prompts.Policies;
using PromptGateway.Prompts.Transforms;
using PromptGateway.Tests.Gateway;
using PromptGateway.Tokens;

namespace PromptGateway.Tests.Prompts;

public sealed class PolicyWarmUpTests
{
    /// <summary>What is not run at the start is compiled while somebody waits for it. Models are not asked for it.</summary>
    [Theory]
    [InlineData("ChatCompletions")]
    [InlineData("Responses")]
    [InlineData("Messages")]
    public void Run_OfEachBuiltInPolicy_MakesItsTransformsFindSomething(string formatName)
    {
        var format = Enum.Parse<RequestFormat>(formatName);
        foreach (var policy in BuiltInPolicies.All)
        {
            var result = PolicyWarmUp.Run(policy, format);

            result.Outcome.ShouldBe(OptimizationOutcome.Applied, policy.Name);
            result.Reason.ShouldBeNull();
            result
                .Transforms.Select(saving => saving.Name)
                .ShouldBe(
                    policy.Transforms.Where(transform => transform.Class != TransformClass.Model).Select(transform => transform.Name),
                    policy.Name
                );
        }
    }

    [Fact]
    public async Task Start_OfAGateway_RunsItAndCountsNothing()
    {
        await using var gateway = await TestGateway.StartAsync();

        await PolicyWarmUp.Done.WaitAsync(TimeSpan.FromMinutes(1));

        (await gateway.Management.GetStringAsync("/metrics")).ShouldNotContain("promptgateway_optimization_requests_total{");
    }
}
