using System.Net;
using PromptGateway.Tests.Gateway;

namespace PromptGateway.Tests.Hosting;

public sealed class HealthEndpointsTests
{
    /// <summary>Monitors and <c>wget --spider</c> ask with HEAD.</summary>
    [Theory]
    [InlineData("/healthz")]
    [InlineData("/readyz")]
    public async Task Probe_AskedWithHead_AnswersAsWithGet(string path)
    {
        await using var gateway = await TestGateway.StartAsync();
        foreach (var address in (Uri[])[gateway.Address, gateway.ManagementAddress])
        {
            using var client = new HttpClient { BaseAddress = address };
            using var request = new HttpRequestMessage(HttpMethod.Head, path);

            (await client.SendAsync(request)).StatusCode.ShouldBe(HttpStatusCode.OK);
            (await client.GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.OK);
        }
    }
}
