using PromptGateway.Keys;

namespace PromptGateway.Tests.Keys;

/// <summary>Keys to test with.</summary>
internal static class SampleKeys
{
    public static readonly DateTimeOffset Created = new(2026, 11, 21, 10, 0, 0, 123, 456, TimeSpan.Zero);

    public static ApiKey Plain(string id, string secret) =>
        new()
        {
            Id = id,
            Hash = KeyHash.Of(secret),
            Prefix = "pg-test",
            Name = id,
            CreatedAt = Created,
        };

    /// <summary>Every field set.</summary>
    public static ApiKey Full(string id, string secret) =>
        Plain(id, secret) with
        {
            Name = "Suche – \"日本語\"",
            Team = "search",
            Owner = "ann@example.com",
            Models = ["gpt-4o*", "o3"],
            Policy = "lossless",
            Limits =
            [
                new LimitSpec { Requests = 3500, Per = "minute" },
                new LimitSpec
                {
                    Tokens = 90_000,
                    Per = "minute",
                    Models = ["gpt-4o*"],
                },
                new LimitSpec { Concurrent = 16 },
            ],
            Budgets =
            [
                new BudgetSpec
                {
                    Usd = 10.0m,
                    Per = "month",
                    Mode = "strict",
                },
                new BudgetSpec
                {
                    Tokens = 1_000_000,
                    Per = "day",
                    Mode = "soft",
                    Models = ["o3"],
                },
            ],
            Metadata = new Dictionary<string, string> { ["env"] = "prod", ["Cost Center"] = "'; DROP TABLE keys; --" },
            ExpiresAt = Created.AddYears(1),
            RevokedAt = Created.AddDays(2),
            PreviousHash = KeyHash.Of(secret + "-before"),
            PreviousHashExpiresAt = Created.AddDays(1),
        };

    /// <summary>Same values, lists and maps compared by content.</summary>
    public static void ShouldEqual(this ApiKey? actual, ApiKey expected)
    {
        actual.ShouldNotBeNull();
        (actual with { Models = [], Limits = [], Budgets = [], Metadata = expected.Metadata }).ShouldBe(
            expected with
            {
                Models = [],
                Limits = [],
                Budgets = [],
            }
        );
        actual.Models.ShouldBe(expected.Models);
        actual
            .Metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .ShouldBe(expected.Metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal));
        actual
            .Limits.Select(limit => (limit with { Models = null }, Names(limit.Models)))
            .ShouldBe(expected.Limits.Select(limit => (limit with { Models = null }, Names(limit.Models))));
        actual
            .Budgets.Select(budget => (budget with { Models = null }, Names(budget.Models)))
            .ShouldBe(expected.Budgets.Select(budget => (budget with { Models = null }, Names(budget.Models))));
    }

    private static string? Names(IReadOnlyList<string>? models) => models is null ? null : string.Join(' ', models);
}
