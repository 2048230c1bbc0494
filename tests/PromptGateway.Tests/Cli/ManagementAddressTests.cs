using PromptGateway.Cli;
using PromptGateway.Configuration;

namespace PromptGateway.Tests.Cli;

public sealed class ManagementAddressTests
{
    [Theory]
    [InlineData("http://*:8081", "http://127.0.0.1:8081")]
    [InlineData("http://+:8081/", "http://127.0.0.1:8081/")]
    [InlineData("https://0.0.0.0:8081", "https://127.0.0.1:8081")]
    [InlineData("http://[::]:8081", "http://127.0.0.1:8081")]
    [InlineData("http://*", "http://127.0.0.1")]
    [InlineData("http://10.0.0.0:8081", "http://10.0.0.0:8081")]
    [InlineData("http://gateway.example:8081", "http://gateway.example:8081")]
    [InlineData("http://unix:/run/gateway.sock; http://*:8082", "http://127.0.0.1:8082")]
    [InlineData("http://127.0.0.1:1;http://127.0.0.1:2", "http://127.0.0.1:1")]
    public void Of_AddressesToListenOn_IsTheFirstThatCanBeCalled(string urls, string expected) =>
        ManagementAddress.Of(new GatewaySettings { ManagementUrls = urls }).ShouldBe(expected);

    [Fact]
    public void Of_SocketFileAlone_SaysThatItCannotBeCalled() =>
        Should
            .Throw<ConfigurationException>(() =>
                ManagementAddress.Of(new GatewaySettings { ManagementUrls = "http://unix:/run/gateway.sock" })
            )
            .Message.ShouldContain("/run/gateway.sock");
}
