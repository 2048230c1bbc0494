using PromptGateway.Keys;

namespace PromptGateway.Tests.Keys;

public sealed class KeyRulesTests
{
    private static string[] Faults(ApiKey key)
    {
        var errors = new KeyErrors();
        KeyRules.Check(key, errors);
        return [.. errors.Lines()];
    }

    private static ApiKey Key(LimitSpec limit) => SampleKeys.Plain("key_a", "a") with { Limits = [limit] };

    private static ApiKey Key(BudgetSpec budget) => SampleKeys.Plain("key_a", "a") with { Budgets = [budget] };

    [Fact]
    public void Check_FullKey_HasNoFaults() => Faults(SampleKeys.Full("key_a", "a")).ShouldBeEmpty();

    [Fact]
    public void Check_LimitOfOneKind_IsAccepted()
    {
        Faults(Key(new LimitSpec { Requests = 1, Per = "second" })).ShouldBeEmpty();
        Faults(Key(new LimitSpec { Tokens = 1, Per = "day" })).ShouldBeEmpty();
        Faults(Key(new LimitSpec { Concurrent = 1 })).ShouldBeEmpty();
    }

    [Fact]
    public void Check_LimitThatMakesNoSense_IsAFault()
    {
        LimitSpec[] limits =
        [
            new() { Requests = 0, Per = "minute" },
            new() { Requests = -1, Per = "minute" },
            new() { Requests = long.MaxValue, Per = "minute" },
            new() { Requests = 1 },
            new() { Requests = 1, Per = "Minute" },
            new()
            {
                Requests = 1,
                Tokens = 1,
                Per = "minute",
            },
            new() { Concurrent = 1, Per = "minute" },
            new()
            {
                Requests = 1,
                Per = "minute",
                Models = ["a b"],
            },
        ];
        limits.ShouldAllBe(limit => Faults(Key(limit)).Length == 1);
    }

    [Fact]
    public void Check_BudgetThatMakesNoSense_IsAFault()
    {
        BudgetSpec[] budgets =
        [
            new(),
            new() { Usd = 0 },
            new() { Usd = 0.0000000001m },
            new() { Usd = decimal.MaxValue },
            new() { Tokens = 0 },
            new() { Usd = 1, Tokens = 1 },
            new() { Usd = 1, Per = "year" },
            new() { Usd = 1, Per = null! },
            new() { Usd = 1, Mode = "STRICT" },
        ];
        budgets.ShouldAllBe(budget => Faults(Key(budget)).Length == 1);
    }

    [Fact]
    public void Check_SameLimitOrBudgetTwice_IsAFault()
    {
        var limit = new LimitSpec { Requests = 1, Per = "minute" };
        var budget = new BudgetSpec { Usd = 1 };
        Faults(
            SampleKeys.Plain("k", "s") with
            {
                Limits = [limit, limit with { Requests = 2 }],
                Budgets = [budget, budget with { Usd = 2 }],
            }
        )
            .Length.ShouldBe(2);
        Faults(SampleKeys.Plain("k", "s") with { Limits = [limit, limit with { Models = ["o3"] }, limit with { Per = "hour" }] })
            .ShouldBeEmpty();
    }

    [Fact]
    public void Check_NullEntries_AreFaults() =>
        Faults(
            SampleKeys.Plain("k", "s") with
            {
                Models = [null!],
                Limits = [null!],
                Budgets = [null!],
                Metadata = new Dictionary<string, string> { ["a"] = null! },
            }
        )
            .Length.ShouldBe(4);
}
