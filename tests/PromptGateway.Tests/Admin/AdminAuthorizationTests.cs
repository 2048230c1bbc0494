using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using PromptGateway.Keys;

namespace PromptGateway.Tests.Admin;

public sealed class AdminAuthorizationTests
{
    private const string ApiKey = "the api key from the environment";

    /// <summary>CVE-2026-35029, field report 116: every route there is, found by enumeration, refuses all but the admin key.</summary>
    [Fact]
    public async Task EveryRoute_AnyoneButTheAdministrator_IsRefused()
    {
        await using var admin = await RunningAdmin.StartAsync(configuration: ("PROMPTGATEWAY_API_KEY", ApiKey.Replace(' ', '-')));
        var routes = admin
            .Endpoints.OfType<RouteEndpoint>()
            .SelectMany(route =>
                (route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET", "PUT", "OPTIONS"]).Select(method =>
                    (
                        Method: method,
                        Path: "/"
                            + route
                                .RoutePattern.RawText!.TrimStart('/')
                                .Replace("{id}", "key_env")
                                .Replace("{requestId}", "r")
                                .Replace("{**path}", "x/y")
                    )
                )
            )
            .ToList();
        routes.Count.ShouldBeGreaterThanOrEqualTo(12);
        routes.ShouldAllBe(route => route.Path.StartsWith("/admin"));
        admin.Client.DefaultRequestHeaders.Authorization = null;
        var apiKey = ApiKey.Replace(' ', '-');
        (string Name, string Value, int Status)[] callers =
        [
            ("x-nothing", "x", 401),
            ("Authorization", "Bearer " + apiKey, 403),
            ("x-api-key", apiKey, 403),
            ("Authorization", "Bearer " + Convert.ToHexStringLower(KeyHash.Of(admin.Secrets.AdminKey!).ToArray()), 401),
            ("Authorization", "Bearer " + admin.Secrets.AdminKey![..^1], 401),
            ("Authorization", "Bearer ", 401),
            ("Authorization", "Bearer ' OR 1=1 --", 401),
            (
                "Authorization",
                "Basic " + Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes("admin:" + admin.Secrets.AdminKey)),
                401
            ),
        ];

        foreach (var (method, path) in routes)
        foreach (var (name, value, expected) in callers)
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path);
            request.Headers.TryAddWithoutValidation(name, value);
            var (status, _) = await admin.SendAsync(request);
            status.ShouldBe(expected, $"{method} {path} with {name}: {value[..Math.Min(10, value.Length)]}");
        }
        admin.Ring.Find(apiKey).Status.ShouldBe(KeyStatus.Found);
    }

    [Theory]
    [InlineData("Authorization", "Bearer ")]
    [InlineData("Authorization", "bearer ")]
    [InlineData("x-api-key", "")]
    public async Task AnyRoute_AdminKeyInEitherHeader_IsLetIn(string header, string scheme)
    {
        await using var admin = await RunningAdmin.StartAsync();
        admin.Client.DefaultRequestHeaders.Authorization = null;
        using var request = new HttpRequestMessage(HttpMethod.Get, "/admin/keys");
        request.Headers.TryAddWithoutValidation(header, scheme + admin.Secrets.AdminKey);

        (await admin.SendAsync(request)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task AnyRoute_WithoutKey_SaysHowToSendOne()
    {
        await using var admin = await RunningAdmin.StartAsync();
        admin.Client.DefaultRequestHeaders.Authorization = null;
        using var response = await admin.Client.GetAsync("/admin/keys");

        response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        response.Headers.WwwAuthenticate.ShouldHaveSingleItem().Scheme.ShouldBe("Bearer");
        (await response.Content.ReadAsStringAsync()).ShouldContain("x-api-key");
    }

    [Fact]
    public async Task LoopbackAccess_DirectConnection_NeedsNoKey()
    {
        await using var admin = await RunningAdmin.StartAsync(configuration: ("Admin:Access", "loopback"));
        admin.Client.DefaultRequestHeaders.Authorization = null;

        (await admin.GetAsync("/admin/keys")).Status.ShouldBe(200);
    }

    [Theory]
    [InlineData("Origin", "http://evil.example")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("X-Forwarded-For", "203.0.113.7")]
    [InlineData("Forwarded", "for=203.0.113.7")]
    [InlineData("Host", "evil.example")]
    [InlineData("Authorization", "Bearer wrong-wrong-wrong-wrong")]
    public async Task LoopbackAccess_SomebodyElseBehindTheConnection_IsRefused(string header, string value)
    {
        await using var admin = await RunningAdmin.StartAsync(configuration: ("Admin:Access", "loopback"));
        admin.Client.DefaultRequestHeaders.Authorization = null;
        using var request = new HttpRequestMessage(HttpMethod.Get, "/admin/keys");
        request.Headers.TryAddWithoutValidation(header, value);

        (await admin.SendAsync(request)).Status.ShouldBe(401);
    }

    [Fact]
    public async Task Start_UnknownAccess_IsRefused() =>
        (
            await Should.ThrowAsync<FormatException>(() => RunningAdmin.StartAsync(configuration: ("Admin:Access", "everyone")))
        ).Message.ShouldContain("loopback");

    [Fact]
    public async Task DeclaredAdminKey_FromTheEnvironment_IsTheOnlyOne()
    {
        await using var admin = await RunningAdmin.StartAsync(configuration: ("PROMPTGATEWAY_ADMIN_KEY", "declared-admin-key"));
        admin.Secrets.AdminKey.ShouldBeNull();
        admin.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "declared-admin-key");

        (await admin.GetAsync("/admin/keys")).Status.ShouldBe(200);
    }
}
