using System.Net.Sockets;
using System.Text;
using PromptGateway.Tests.Gateway;

namespace PromptGateway.Tests.Security;

/// <summary>Field report 75: the address a request came in on decides, not what it says about itself.</summary>
public sealed class SurfaceTests
{
    private static readonly string[] Management = ["/metrics", "/admin", "/admin/keys", "/admin/usage", "/admin/openapi.json"];

    private static async Task<string> SendAsync(Uri address, string request)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync("127.0.0.1", address.Port);
        await socket.SendAsync(Encoding.ASCII.GetBytes(request));
        await using var stream = new NetworkStream(socket);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync();
    }

    private static string Get(string target, string host) =>
        $"GET {target} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {TestGateway.AdminKey}\r\nX-Forwarded-Host: {host}\r\n"
        + $"X-Original-URL: {target}\r\nConnection: close\r\n\r\n";

    [Fact]
    public async Task Management_OnTheApiAddress_DoesNotExistWhateverTheHostSays()
    {
        await using var gateway = await TestGateway.StartAsync();

        foreach (var path in Management)
        foreach (var host in new[] { gateway.Address.Authority, gateway.ManagementAddress.Authority, "localhost" })
        {
            (await SendAsync(gateway.Address, Get(path, host))).ShouldStartWith("HTTP/1.1 404", customMessage: $"{path} {host}");
            (
                await SendAsync(
                    gateway.Address,
                    Get(gateway.ManagementAddress.GetLeftPart(UriPartial.Authority) + path, gateway.ManagementAddress.Authority)
                )
            ).ShouldStartWith("HTTP/1.1 404", customMessage: $"absolute {path}");
        }
        foreach (var trick in new[] { "/v1/../metrics", "/v1/%2e%2e/metrics", "//metrics", "/metrics/", "/METRICS", "/v1/..%2fmetrics" })
            (await SendAsync(gateway.Address, Get(trick, gateway.Address.Authority))).ShouldNotContain(
                "promptgateway_requests",
                customMessage: trick
            );
    }

    [Fact]
    public async Task Management_OnItsOwnAddress_IsThere()
    {
        await using var gateway = await TestGateway.StartAsync();

        (await SendAsync(gateway.ManagementAddress, Get("/metrics", "anything"))).ShouldContain("promptgateway_");
        (await SendAsync(gateway.ManagementAddress, Get("/admin/keys", "anything"))).ShouldStartWith("HTTP/1.1 200");
    }

    [Fact]
    public async Task Api_OnTheManagementAddress_DoesNotExist()
    {
        await using var gateway = await TestGateway.StartAsync();

        (await SendAsync(gateway.ManagementAddress, Get("/v1/models", gateway.Address.Authority))).ShouldStartWith("HTTP/1.1 404");
    }

    [Fact]
    public async Task Admin_WithAnApiKey_IsRefused()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var client = new HttpClient { BaseAddress = gateway.ManagementAddress };
        client.DefaultRequestHeaders.Add("Authorization", "Bearer " + TestGateway.ApiKey);

        ((int)(await client.GetAsync("/admin/keys")).StatusCode).ShouldBe(403);
        ((int)(await gateway.NewClient(TestGateway.AdminKey).GetAsync("/v1/models")).StatusCode).ShouldBe(401);
    }
}
