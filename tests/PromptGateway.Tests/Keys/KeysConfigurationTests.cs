using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using PromptGateway.Keys;

namespace PromptGateway.Tests.Keys;

public sealed class KeysConfigurationTests
{
    private static readonly DateTimeOffset Now = SampleKeys.Created;
    private static readonly string Hash = Convert.ToHexStringLower(KeyHash.Of("a secret").ToArray());

    private static KeysOptions Read(params (string Key, string? Value)[] values) =>
        KeysConfiguration.Read(
            new ConfigurationBuilder().AddInMemoryCollection(values.Select(value => KeyValuePair.Create(value.Key, value.Value))).Build(),
            Now
        );

    private static string[] Faults(params (string Key, string? Value)[] values) =>
        [.. Should.Throw<OptionsValidationException>(() => Read(values)).Failures];

    [Fact]
    public void Read_Nothing_HasNoDeclaredKeysAndTheStandardTimes()
    {
        var options = Read();
        options.Declared.ShouldBeEmpty();
        options.AdminKeyHash.ShouldBeNull();
        (options.PollInterval, options.StaleFor).ShouldBe((TimeSpan.FromMilliseconds(250), TimeSpan.FromHours(1)));
    }

    [Fact]
    public void Read_Variables_DeclareAFullAccessKeyAndTheAdminKey()
    {
        var options = Read(("PROMPTGATEWAY_API_KEY", "sixteen-chars-ok"), ("PROMPTGATEWAY_ADMIN_KEY", "another-16-chars"));

        var key = options.Declared.ShouldHaveSingleItem();
        (key.Id, key.Hash, key.Origin, key.Models.Count).ShouldBe(("key_env", KeyHash.Of("sixteen-chars-ok"), KeyOrigin.Environment, 0));
        key.ToString().ShouldNotContain("sixteen");
        options.AdminKeyHash.ShouldBe(KeyHash.Of("another-16-chars"));
    }

    [Fact]
    public void Read_EmptyVariables_AreAsIfAbsent() =>
        Read(("PROMPTGATEWAY_API_KEY", ""), ("PROMPTGATEWAY_ADMIN_KEY", "")).Declared.ShouldBeEmpty();

    [Fact]
    public void Read_DeclaredKey_HasEveryField()
    {
        var key = Read(
            ("Keys:0:Name", "app"),
            ("Keys:0:Hash", Hash.ToUpperInvariant()),
            ("Keys:0:Team", "search"),
            ("Keys:0:Models:0", "gpt-4o*"),
            ("Keys:0:Limits:0:Requests", "3500"),
            ("Keys:0:Limits:0:Per", "minute"),
            ("Keys:0:Budgets:0:Usd", "10.5"),
            ("Keys:0:Budgets:0:Per", "month"),
            ("Keys:0:Budgets:0:Mode", "strict"),
            ("Keys:0:Metadata:env", "prod"),
            ("Keys:0:ExpiresAt", "2020-01-01T00:00:00Z")
        )
            .Declared.ShouldHaveSingleItem();

        key.ShouldEqual(
            new ApiKey
            {
                Id = $"key_{Hash[..12]}",
                Origin = KeyOrigin.Configuration,
                Hash = KeyHash.Of("a secret"),
                Prefix = "(configuration)",
                Name = "app",
                Team = "search",
                Models = ["gpt-4o*"],
                Limits = [new LimitSpec { Requests = 3500, Per = "minute" }],
                Budgets =
                [
                    new BudgetSpec
                    {
                        Usd = 10.5m,
                        Per = "month",
                        Mode = "strict",
                    },
                ],
                Metadata = new Dictionary<string, string> { ["env"] = "prod" },
                CreatedAt = Now,
                ExpiresAt = new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero),
            }
        );
    }

    [Fact]
    public void Read_ManyFaults_AreAllInOneMessageWithTheirPlace()
    {
        const string Short = "too-short";
        var faults = Faults(
            ("PROMPTGATEWAY_API_KEY", Short),
            ("PROMPTGATEWAY_ADMIN_KEY", "with a space in the middle"),
            ("Keys:0:Name", "app"),
            ("Keys:0:Hash", "xyz"),
            ("Keys:1:Hash", Hash),
            ("Keys:1:Limits:0:Requests", "-1"),
            ("Keys:1:Limits:0:Per", "minute"),
            ("Keys:2:Name", "typo"),
            ("Keys:2:Hash", Hash),
            ("Keys:2:Budgte", "1"),
            ("Keys:3:Name", "not a number"),
            ("Keys:3:Hash", Hash),
            ("Keys:3:Limits:0:Requests", "many"),
            ("KeyStore:StaleFor", "soon")
        );

        foreach (
            var part in (string[])
                [
                    "PROMPTGATEWAY_API_KEY must have 16",
                    "PROMPTGATEWAY_ADMIN_KEY must consist",
                    "Keys:0:hash",
                    "Keys:1:name",
                    "Keys:1:limits[0]",
                    "Budgte",
                    "Keys:3",
                    "KeyStore:StaleFor",
                ]
        )
            faults.ShouldContain(fault => fault.Contains(part));
        faults.ShouldAllBe(fault => !fault.Contains(Short) && !fault.Contains(Hash));
    }

    [Fact]
    public void Read_SameSecretOrIdTwice_IsAFault()
    {
        Faults(
            ("Keys:0:Name", "a"),
            ("Keys:0:Hash", Hash),
            ("Keys:0:Id", "key_1"),
            ("Keys:1:Name", "b"),
            ("Keys:1:Hash", Hash),
            ("Keys:1:Id", "key_1")
        )
            .Length.ShouldBe(2);
        Faults(("PROMPTGATEWAY_API_KEY", "the-same-for-both"), ("PROMPTGATEWAY_ADMIN_KEY", "the-same-for-both"))
            .ShouldHaveSingleItem()
            .ShouldContain("must differ");
    }

    [Fact]
    public void Read_Times_AreTaken()
    {
        var options = Read(("KeyStore:StaleFor", "00:05:00"), ("KeyStore:PollInterval", "00:00:01"));
        (options.PollInterval, options.StaleFor).ShouldBe((TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5)));
    }
}
