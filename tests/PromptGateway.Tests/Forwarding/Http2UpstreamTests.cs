using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PromptGateway.Tests.Gateway;

namespace PromptGateway.Tests.Forwarding;

/// <summary>An upstream that speaks HTTP/2, as those of the providers do: it may answer before it has read the request.</summary>
public sealed class Http2UpstreamTests
{
    /// <summary>Bytes that an upstream takes before it reads; Kestrel allows no fewer.</summary>
    private const int Window = 65_535;
    private const int Longer = 3 * Window;
    private const string First = "x-first";

    [Fact]
    public async Task BodyAnsweredBeforeItWasRead_ArrivesWithoutTheBytesOfLaterRequests()
    {
        var answered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var arrived = new TaskCompletionSource<byte[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var upstream = await StartAsync(async context =>
        {
            if (!context.Request.Headers.ContainsKey(First))
            {
                await context.Request.Body.CopyToAsync(Stream.Null);
                await FakeUpstream.JsonAsync(context, ChatAnswers.Plain);
                return;
            }
            await FakeUpstream.JsonAsync(context, ChatAnswers.Plain);
            await context.Response.CompleteAsync();
            answered.SetResult();
            await goOn.Task;
            var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            arrived.SetResult(body.ToArray());
        });
        await using var gateway = await TestGateway.StartAsync(yarpJson: Configuration(upstream));
        using var request = new HttpRequestMessage(HttpMethod.Post, ChatRequests.Path) { Content = ChatRequests.Json(Body('#')) };
        request.Headers.Add(First, "1");

        var first = gateway.Client.SendAsync(request);
        await answered.Task;
        await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => PostAsync(gateway, Body('@'))));
        goOn.SetResult();

        var body = await arrived.Task.WaitAsync(TimeSpan.FromSeconds(30));
        body.Count(unit => unit == '@').ShouldBe(0);
        body.Length.ShouldBe(Body('#').Length);
        (await first).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    private static async Task PostAsync(TestGateway gateway, string body) =>
        (await gateway.Client.PostAsync(ChatRequests.Path, ChatRequests.Json(body))).EnsureSuccessStatusCode();

    private static string Body(char filling) =>
        ChatRequests.Plain.Replace("\"messages\"", $"\"user\":\"{new string(filling, Longer)}\",\"messages\"");

    private static string Configuration(WebApplication upstream)
    {
        var address = upstream.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        var file = JsonNode.Parse(YarpFile.One(new Uri(address)))!;
        file["ReverseProxy"]!["Clusters"]!["main"]!["HttpRequest"] = new JsonObject
        {
            ["Version"] = "2.0",
            ["VersionPolicy"] = nameof(HttpVersionPolicy.RequestVersionExact),
        };
        return file.ToJsonString();
    }

    private static async Task<WebApplication> StartAsync(RequestDelegate answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.Http2.InitialStreamWindowSize = Window;
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
        });
        var app = builder.Build();
        app.Run(answer);
        await app.StartAsync();
        return app;
    }
}
