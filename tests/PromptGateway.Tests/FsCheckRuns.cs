using FsCheck;
using FsCheck.Fluent;

namespace PromptGateway.Tests;

/// <summary>Tries a property with random seeds, from which the test builds its case; FsCheck names the seed that failed.</summary>
internal static class FsCheckRuns
{
    private const int LargestSeed = 1_000_000_000;

    /// <summary>For cases that take microseconds.</summary>
    public static void Thorough(Action<int> property) => Run(property, 3000);

    /// <summary>For cases that take longer.</summary>
    public static void Usual(Action<int> property) => Run(property, 300);

    private static void Run(Action<int> property, int cases) =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(cases).WithEndSize(LargestSeed),
            Prop.ForAll(ArbMap.Default.ArbFor<int>(), property)
        );
}
