using System.Reflection;

namespace PromptGateway.Tests;

/// <summary>For lists of what is tested where.</summary>
internal static class TestIndex
{
    /// <param name="what">What the test is for.</param>
    /// <param name="tests">Class that it is in, or inherits it.</param>
    /// <param name="name">How its name begins, and no other's.</param>
    public static void ShouldHaveOne(string what, Type tests, string name) =>
        tests
            .GetMethods()
            .Count(method =>
                method.GetCustomAttribute<FactAttribute>() is not null && method.Name.StartsWith(name, StringComparison.Ordinal)
            )
            .ShouldBe(1, what);
}
