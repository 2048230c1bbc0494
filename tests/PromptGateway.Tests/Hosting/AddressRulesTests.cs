using PromptGateway.Hosting;

namespace PromptGateway.Tests.Hosting;

public sealed class AddressRulesTests
{
    private static IReadOnlyList<string> Faults(string urls, string management = GatewaySettings.DefaultManagementUrls) =>
        AddressRules.Faults(new GatewaySettings { Urls = urls, ManagementUrls = management });

    [Theory]
    [InlineData("http://127.0.0.1:8080")]
    [InlineData("http://*:8080;https://[::]:8443")]
    [InlineData("http://localhost:0; http://localhost:0")]
    [InlineData("http://gateway.internal:8080/")]
    [InlineData("http://unix:/run/promptgateway.sock")]
    public void Faults_Addresses_None(string urls) => Faults(urls).ShouldBeEmpty();

    [Theory]
    [InlineData("foo", "is not an address")]
    [InlineData("127.0.0.1:8080", "is not an address")]
    [InlineData("ftp://127.0.0.1:8080", "is not an address")]
    [InlineData(";", "names no address")]
    [InlineData("http://127.0.0.1:99999", "port")]
    [InlineData("http://127.0.0.1:8080/base", "path")]
    [InlineData("http://127.0.0.1:8081", "twice")]
    public void Faults_Mistake_IsNamedWithItsSetting(string urls, string word)
    {
        var fault = Faults(urls).ShouldHaveSingleItem();

        fault.ShouldContain(word);
        fault.ShouldContain("urls");
    }

    [Fact]
    public void Faults_MistakesInBothSettings_AreAllNamed() => Faults("foo;http://h:1/x", "bar").Count.ShouldBe(3);
}
