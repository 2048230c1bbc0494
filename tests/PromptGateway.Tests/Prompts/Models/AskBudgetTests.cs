using PromptGateway.Prompts.Asking;
using PromptGateway.Tests.Gateway;

namespace PromptGateway.Tests.Prompts.Models;

public sealed class AskBudgetTests
{
    private readonly TestClock _clock = new();

    private static AskSettings Settings(decimal usdPerDay, long tokensPerDay = 0) =>
        AskSettings.Of(new ModelsSection { MaxUsdPerDay = usdPerDay, MaxTokensPerDay = tokensPerDay });

    [Fact]
    public void TryReserve_OnTheWay_CountsUntilItIsSettledForLess()
    {
        var (budget, settings, most) = (new AskBudget(_clock), Settings(1m), new AskCost(600_000_000, 10));

        budget.TryReserve(settings, most).ShouldBeTrue();
        budget.TryReserve(settings, most).ShouldBeFalse();
        budget.Settle(most, new AskCost(100_000_000, 5));

        budget.TryReserve(settings, most).ShouldBeTrue();
    }

    [Fact]
    public void TryReserve_NextDay_StartsAtNothing()
    {
        var (budget, settings, most) = (new AskBudget(_clock), Settings(0, 100), new AskCost(null, 100));
        budget.TryReserve(settings, most).ShouldBeTrue();
        budget.TryReserve(settings, most).ShouldBeFalse();

        _clock.Advance(TimeSpan.FromDays(1));

        budget.TryReserve(settings, most).ShouldBeTrue();
    }
}
