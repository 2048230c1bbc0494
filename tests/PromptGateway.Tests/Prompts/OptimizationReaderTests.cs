using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using PromptGateway.Prompts.Optimization;
using PromptGateway.Prompts.Policies;
using PromptGateway.Tests.Gateway;
using PromptGateway.Tokens;

namespace PromptGateway.Tests.Prompts;

public sealed class OptimizationReaderTests
{
    [Fact]
    public void Read_NothingConfigured_IsSafeOnAndLosslessInShadowOnASample()
    {
        var settings = Read([]);

        settings.Default.ShouldBe(new PolicyChoice(BuiltInPolicies.Safe, PolicyMode.On));
        settings.Shadow.ShouldBe(BuiltInPolicies.Lossless);
        settings.ShadowShare.ShouldBe(0.05);
        settings.AllowHeader.ShouldBeTrue();
    }

    [Fact]
    public void Read_OwnPolicy_HasItsTransformsInOrderWithTheirSettings()
    {
        var settings = Read(
            new()
            {
                ["Optimization:Default"] = "mine",
                ["Optimization:Policies:Mine:Transforms:0"] = "json-compact",
                ["Optimization:Policies:Mine:Transforms:1:Name"] = "mask-old-tool-output",
                ["Optimization:Policies:Mine:Transforms:1:KeptSteps"] = "4",
                ["Optimization:Policies:Mine:Mode"] = "experiment",
                ["Optimization:Policies:Mine:ControlShare"] = "0.2",
                ["Optimization:Policies:Mine:MaxAddedMilliseconds"] = "2.5",
                ["Optimization:Policies:Mine:MinPromptBytes"] = "1000",
            }
        );

        var policy = settings.Default.Policy.ShouldNotBeNull();
        settings.Default.Mode.ShouldBe(PolicyMode.Experiment);
        policy.Transforms.Select(transform => transform.Name).ShouldBe(["json-compact", "mask-old-tool-output"]);
        policy.ControlShare.ShouldBe(0.2);
        policy.TimeBudget.ShouldBe(TimeSpan.FromMilliseconds(2.5));
        policy.SmallestBody.ShouldBe(1000);
        policy.CacheableTokens.ShouldBe(1024);
    }

    [Fact]
    public void Read_Policies_KeepPromptsLongEnoughForTheCacheUnlessToldOtherwise()
    {
        var settings = Read(new() { ["Optimization:Policies:safe:CacheableTokens"] = "0" });

        settings.Policies["safe"].CacheableTokens.ShouldBe(0);
        settings.Policies.Values.Where(policy => policy.Name != "safe").ShouldAllBe(policy => policy.CacheableTokens == 1024);
    }

    [Fact]
    public void Read_BuiltInPolicyWithOtherLimits_KeepsItsTransforms()
    {
        var settings = Read(new() { ["Optimization:Policies:lossless:Mode"] = "shadow" });

        settings.Policies["lossless"].Mode.ShouldBe(PolicyMode.Shadow);
        settings.Policies["lossless"].Transforms.ShouldBe(BuiltInPolicies.Lossless.Transforms);
    }

    [Fact]
    public void Read_OtherSettings_IsAnotherVersion()
    {
        static string Version(string kept) =>
            Read(
                new()
                {
                    ["Optimization:Policies:mine:Transforms:0:Name"] = "mask-old-tool-output",
                    ["Optimization:Policies:mine:Transforms:0:KeptSteps"] = kept,
                }
            )
                .Policies["mine"]
                .Version;

        Version("4").ShouldBe(Version("4"));
        Version("5").ShouldNotBe(Version("4"));
    }

    [Theory]
    [InlineData("read_file", false)]
    [InlineData("load_document", true)]
    [InlineData("LoadDocument", true)]
    public void Read_ProtectedTools_TakeThePlaceOfTheBuiltInList(string tool, bool isProtected) =>
        IsCompacted(Policy(new() { ["Optimization:Policies:safe:ProtectedTools:0"] = "docs.load-document" }), tool).ShouldBe(!isProtected);

    [Fact]
    public void Read_WithoutProtectedTools_HasTheBuiltInList() =>
        IsCompacted(Policy(new() { ["Optimization:Policies:safe:Mode"] = "on" }), "read_file").ShouldBeFalse();

    [Theory]
    [InlineData("Optimization:Policies:safe:ProtectedTools:0", "None")]
    [InlineData("Optimization:Policies:safe:ProtectedTools", "")]
    public void Read_NoProtectedTools_ProtectsNoResult(string key, string value) =>
        IsCompacted(Policy(new() { [key] = value }), "read_file").ShouldBeTrue();

    [Fact]
    public void Read_OtherProtectedTools_IsAnotherVersion() =>
        Policy(new() { ["Optimization:Policies:safe:ProtectedTools:0"] = "a" })
            .Version.ShouldNotBe(Policy(new() { ["Optimization:Policies:safe:ProtectedTools:0"] = "b" }).Version);

    [Fact]
    public void Read_ManyMistakes_NamesAllOfThemAtOnce()
    {
        var refused = Should.Throw<OptionsValidationException>(() =>
            Read(
                new()
                {
                    ["Optimization:Default"] = "nosuch",
                    ["Optimization:Mode"] = "maybe",
                    ["Optimization:Shadow:Share"] = "1.5",
                    ["Optimization:CacheBytes"] = "-1",
                    ["Optimization:Rules:0:Policy"] = "safe",
                    ["Optimization:Rules:1:Team"] = "search",
                    ["Optimization:Rules:2:Key"] = "k",
                    ["Optimization:Rules:2:Policy"] = "gone",
                    ["Optimization:Policies:off:Transforms:0"] = "whitespace",
                    ["Optimization:Policies:empty:Mode"] = "on",
                    ["Optimization:Policies:bad:Transforms:0"] = "zip",
                    ["Optimization:Policies:bad:Transforms:1:Name"] = "mask-old-tool-output",
                    ["Optimization:Policies:bad:Transforms:1:KeptSteps"] = "none",
                    ["Optimization:Policies:bad:Transforms:1:Colour"] = "red",
                    ["Optimization:Policies:bad:ControlShare"] = "2",
                    ["Optimization:Policies:bad:MaxAddedMilliseconds"] = "0",
                    ["Optimization:Policies:bad:ProtectedTools:0"] = "read_*",
                    ["Optimization:Policies:bad:ProtectedTools:1"] = "server__",
                    ["Optimization:Policies:bad:ProtectedTools:2"] = "none",
                }
            )
        );

        var text = string.Join('\n', refused.Failures);
        foreach (
            var part in (string[])
                [
                    "Optimization:Default is 'nosuch'",
                    "Optimization:Mode is 'maybe'",
                    "Optimization:Shadow:Share is 1.5",
                    "Optimization:CacheBytes is -1",
                    "Optimization:Rules:0 must say whom it is for",
                    "Optimization:Rules:1 says nothing",
                    "Optimization:Rules:2:Policy is 'gone'",
                    "Optimization:Policies:off:",
                    "Optimization:Policies:empty:Transforms is missing",
                    "names the transform 'zip'",
                    "KeptSteps is 'none'",
                    "Colour is not a setting",
                    "ControlShare is 2",
                    "MaxAddedMilliseconds is 0",
                    "ProtectedTools:0 is 'read_*'",
                    "ProtectedTools:1 is 'server__'",
                    "ProtectedTools:2 is 'none', which stands alone",
                ]
        )
            text.ShouldContain(part);
    }

    private static OptimizationPolicy Policy(Dictionary<string, string?> settings) => Read(settings).Policies["safe"];

    /// <summary>Whether the result of a tool is changed.</summary>
    private static bool IsCompacted(OptimizationPolicy policy, string tool)
    {
        var body = Encoding.UTF8.GetBytes(AgentPrompts.Chat().Replace("\"weather\"", $"\"{tool}\""));
        using var result = new PolicyRunner(new TestClock()).Run(body, RequestFormat.ChatCompletions, policy);
        return !result.Body.IsUnchanged;
    }

    internal static OptimizationSettings Read(Dictionary<string, string?> settings) =>
        OptimizationReader.Read(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
}
