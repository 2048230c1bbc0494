using PromptGateway.Keys;
using PromptGateway.Prompts.Optimization;
using PromptGateway.Prompts.Policies;

namespace PromptGateway.Tests.Prompts;

public sealed class PolicyChooserTests
{
    private static readonly Dictionary<string, string?> Rules = new()
    {
        ["Optimization:Rules:0:Model"] = "gpt-*",
        ["Optimization:Rules:0:Policy"] = "lossless",
        ["Optimization:Rules:1:Team"] = "search",
        ["Optimization:Rules:1:Policy"] = "agent",
        ["Optimization:Rules:1:Mode"] = "experiment",
        ["Optimization:Rules:2:Key"] = "key_special",
        ["Optimization:Rules:2:Policy"] = "off",
        ["Optimization:Rules:3:Team"] = "locked",
        ["Optimization:Rules:3:AllowHeader"] = "false",
    };

    [Theory]
    [InlineData("key_a", null, null, "claude", "safe", "On")]
    [InlineData("key_a", null, null, "gpt-4o", "lossless", "On")]
    [InlineData("key_a", "search", null, "gpt-4o", "agent", "Experiment")]
    [InlineData("key_special", "search", null, "gpt-4o", null, "Off")]
    [InlineData("key_special", "search", "safe", "gpt-4o", "safe", "On")]
    [InlineData("key_a", "search", "off", "gpt-4o", null, "Off")]
    [InlineData("key_a", null, "shadow", "gpt-4o", "lossless", "Shadow")]
    [InlineData("key_special", null, "on", "gpt-4o", "safe", "On")]
    public void Configured_KeyBeforeTeamBeforeModelBeforeDefault(
        string key,
        string? team,
        string? keysPolicy,
        string model,
        string? policy,
        string mode
    )
    {
        var choice = PolicyChooser.Configured(
            OptimizationReaderTests.Read(Rules),
            CallerOf(key, team, keysPolicy),
            model,
            model,
            out var unknown
        );

        choice.Policy?.Name.ShouldBe(policy);
        choice.Mode.ToString().ShouldBe(mode);
        unknown.ShouldBeNull();
    }

    [Fact]
    public void Configured_KeyNamesAPolicyThatIsGone_RulesDecideAndItIsSaid()
    {
        var choice = PolicyChooser.Configured(
            OptimizationReaderTests.Read(Rules),
            CallerOf("key_a", null, "retired"),
            "gpt-4o",
            "gpt-4o",
            out var unknown
        );

        choice.Policy!.Name.ShouldBe("lossless");
        unknown.ShouldBe("retired");
    }

    [Theory]
    [InlineData("off", null, "Off")]
    [InlineData("Shadow", "safe", "Shadow")]
    [InlineData("on", "safe", "On")]
    [InlineData("LOSSLESS", "lossless", "On")]
    public void Asked_OfTheHeadersWords_OverrulesWhatIsConfigured(string header, string? policy, string mode)
    {
        var settings = OptimizationReaderTests.Read([]);

        var choice = PolicyChooser.Asked(settings, settings.Default, header).ShouldNotBeNull();

        choice.Policy?.Name.ShouldBe(policy);
        choice.Mode.ToString().ShouldBe(mode);
    }

    [Fact]
    public void AllowsHeader_RuleForbidsIt_OnlyThere()
    {
        var settings = OptimizationReaderTests.Read(Rules);

        PolicyChooser.AllowsHeader(settings, CallerOf("key_a", "locked", null), "gpt-4o", "gpt-4o").ShouldBeFalse();
        PolicyChooser.AllowsHeader(settings, CallerOf("key_a", "search", null), "gpt-4o", "gpt-4o").ShouldBeTrue();
    }

    private static Caller CallerOf(string id, string? team, string? policy) =>
        Caller.Of(
            new ApiKey
            {
                Id = id,
                Hash = KeyHash.Of("pg-0123456789"),
                Prefix = "pg-0123",
                Name = "name of " + id,
                Team = team,
                Policy = policy,
                CreatedAt = DateTimeOffset.UnixEpoch,
            }
        );
}
