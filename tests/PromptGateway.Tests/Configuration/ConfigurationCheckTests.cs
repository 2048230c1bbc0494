namespace PromptGateway.Tests.Configuration;

public sealed class ConfigurationCheckTests
{
    [Fact]
    public void Check_ManyMistakes_AreAllNamedAtOnceWithTheirPlace()
    {
        using var folder = new ConfigurationFolder();
        folder.Write(
            "appsettings.json",
            """
            {
              "Forwading": { "ConnectTimeout": "00:00:05" },
              "Forwarding": { "ConectTimeout": "00:00:05", "DrainTimeout": "soon" },
              "Prompts": { "MaxBodyBytes": "12 MB", "MaxUploadBytes": 1 },
              "Cors": "https://app.example.com",
              "Admin": { "Access": "everyone" },
              "RateLimits": [ { "Requests": 10 } ],
              "Keys": [ { "Name": "x", "Hash": "short" } ],
              "Telemetry": { "MaxModels": { "a": 1 } },
              "Serilog": { "MinimumLevel": "Loud" }
            }
            """
        );
        folder.Environment["PROMPTGATEWAY__Budgets__UnknownPrice"] = "free";
        folder.Environment["PROMPTGATEWAY_ADMIN_KYE"] = "x";

        var errors = string.Join('\n', folder.Check());

        foreach (
            var part in (string[])
                [
                    "Forwading",
                    "Did you mean Forwarding?",
                    "Forwarding:ConectTimeout",
                    "Did you mean ConnectTimeout?",
                    "Forwarding:DrainTimeout",
                    "'soon' is not a duration hh:mm:ss",
                    "'12 MB' is not a whole number",
                    "Cors",
                    "expected a section, found a single value",
                    "Admin:Access",
                    "key, loopback",
                    "must have Per",
                    "must be the SHA-256",
                    "Telemetry:MaxModels",
                    "found a section",
                    "Loud",
                    "Budgets:UnknownPrice",
                    "PROMPTGATEWAY_ADMIN_KYE",
                    "Did you mean PROMPTGATEWAY_ADMIN_KEY?",
                    "appsettings.json",
                ]
        )
            errors.ShouldContain(part);
    }

    /// <summary>What would else end the start, or do nothing without a word.</summary>
    [Theory]
    [InlineData("Telemetry__OtlpEndpoint", "foo")]
    [InlineData("Telemetry__OtlpEndpoint", "collector:4317")]
    [InlineData("Telemetry__OtlpProtocol", "udp")]
    [InlineData("Telemetry__MaxKeys", "0")]
    [InlineData("Serilog__Format", "xml")]
    [InlineData("Serilog__WriteTo__0__Name", "Elasticsearch")]
    [InlineData("Serilog__WriteTo__0__Args__a", "b")]
    [InlineData("Kestrel__Certificates__Default__KeyPath", "/nowhere/key.pem")]
    public void Check_ValueThatItsOwnerCannotUse_IsNamed(string setting, string value)
    {
        using var folder = new ConfigurationFolder();
        folder.Environment["PROMPTGATEWAY__" + setting] = value;

        var error = folder.Check().ShouldHaveSingleItem();

        error.ShouldContain(setting.Split("__")[0]);
        error.ShouldContain(setting.StartsWith("Serilog__WriteTo", StringComparison.Ordinal) ? "WriteTo:0" : setting.Split("__")[^1]);
    }

    [Fact]
    public void Check_ANameLikeNoOther_IsNotTakenForAnother()
    {
        using var folder = new ConfigurationFolder();
        folder.Write("appsettings.json", """{ "Nope": 1 }""");

        string.Join('\n', folder.Check()).ShouldContain("Known are");
    }

    [Theory]
    [InlineData("PROMPTGATEWAY_SERVICE_HOST")]
    [InlineData("PROMPTGATEWAY_PORT")]
    [InlineData("PROMPTGATEWAY_PORT_8080_TCP_ADDR")]
    [InlineData("PROMPTGATEWAY_SERVICE_PORT_HTTP")]
    [InlineData("PROMPTGATEWAY_SOMETHING_OF_MINE")]
    public void Check_VariablesThatKubernetesOrOthersSet_AreLeftAlone(string name)
    {
        using var folder = new ConfigurationFolder();
        folder.Environment[name] = "tcp://10.0.0.1:8080";

        folder.Check().ShouldBeEmpty();
    }

    [Fact]
    public void Check_ValueOfASecret_IsNotInTheError()
    {
        using var folder = new ConfigurationFolder();
        folder.Environment["PROMPTGATEWAY_API_KEY"] = "tiny";
        folder.Environment["PROMPTGATEWAY__Keys__0__Hash"] = "not-a-hash";

        var errors = string.Join('\n', folder.Check());

        errors.ShouldContain("PROMPTGATEWAY_API_KEY");
        errors.ShouldNotContain("tiny");
        errors.ShouldNotContain("not-a-hash");
    }

    [Fact]
    public void Check_ClusterOfYarpsOwnOptions_IsHeldToTheirTypes()
    {
        using var folder = new ConfigurationFolder();
        folder.Write(
            "yarp.json",
            """
            {"ReverseProxy":{"Clusters":{"one":{
              "HttpRequest":{"ActivityTimeout":"long"},
              "HealthCheck":{"Active":{"Enabled":"perhaps"}},
              "Metadta":{"Models":"m"},
              "Destinations":{"d":{"Adress":"http://127.0.0.1:1"}}}}}}
            """
        );

        var errors = string.Join('\n', folder.Check());

        errors.ShouldContain("ActivityTimeout");
        errors.ShouldContain("'perhaps' is not true or false");
        errors.ShouldContain("Did you mean Metadata?");
        errors.ShouldContain("Did you mean Address?");
    }
}
