using PromptGateway.Configuration;

namespace PromptGateway.Tests.Configuration;

public sealed class SecretSettingsTests
{
    [Theory]
    [InlineData("Budgets:Webhook:Url")]
    [InlineData("Budgets:Webhook:Secret")]
    [InlineData("ReverseProxy:Clusters:openai:Metadata:ApiKey")]
    [InlineData("ReverseProxy:Routes:all:Transforms:0:Set")]
    [InlineData("Serilog:WriteTo:0:Args:headers:x-custom")]
    [InlineData("Serilog:WriteTo:0:Args:api-key")]
    [InlineData("Kestrel:Certificates:Default:Password")]
    public void Secret_IsMasked(string path)
    {
        SecretSettings.Shown(path, "T000/B000/very-secret").ShouldBe(SecretSettings.Mask);
        SecretSettings.Shown(path, "${NAME}").ShouldBe("${NAME}");
    }

    [Theory]
    [InlineData("Budgets:Webhook:RetryDelay")]
    [InlineData("ReverseProxy:Routes:all:Transforms:0:RequestHeader")]
    [InlineData("RateLimits:0:Tokens")]
    [InlineData("Forwarding:ConnectTimeout")]
    public void Setting_ThatIsNoSecret_IsShown(string path) => SecretSettings.Shown(path, "00:00:05").ShouldBe("00:00:05");
}
