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

        var reserved = budget.TryReserve(settings, most).ShouldNotBeNull();
        budget.TryReserve(settings, most).ShouldBeNull();
        reserved.Settle(new AskCost(100_000_000, 5));

        budget.TryReserve(settings, most).ShouldNotBeNull();
    }

    [Fact]
    public void TryReserve_NextDay_StartsAtNothing()
    {
        var (budget, settings, most) = (new AskBudget(_clock), Settings(0, 100), new AskCost(null, 100));
        budget.TryReserve(settings, most).ShouldNotBeNull();
        budget.TryReserve(settings, most).ShouldBeNull();

        _clock.Advance(TimeSpan.FromDays(1));

        budget.TryReserve(settings, most).ShouldNotBeNull();
    }

    [Fact]
    public void Settle_Twice_CountsTheFirstTime()
    {
        var (budget, settings, most) = (new AskBudget(_clock), Settings(0, 100), new AskCost(null, 60));
        var reserved = budget.TryReserve(settings, most).ShouldNotBeNull();

        reserved.Settle(new AskCost(null, 50));
        reserved.Settle(default);

        budget.TryReserve(settings, most).ShouldBeNull();
    }

    [Fact]
    public void Settle_OverMidnight_GivesNothingBackOfTheNewDay()
    {
        var (budget, settings, most) = (new AskBudget(_clock), Settings(0, 100), new AskCost(null, 60));
        var old = budget.TryReserve(settings, most).ShouldNotBeNull();
        _clock.Advance(TimeSpan.FromDays(1));
        budget.TryReserve(settings, most).ShouldNotBeNull();

        old.Settle(new AskCost(null, 1));

        budget.TryReserve(settings, new AskCost(null, 40)).ShouldBeNull();
        budget.TryReserve(settings, new AskCost(null, 39)).ShouldNotBeNull();
    }
}
