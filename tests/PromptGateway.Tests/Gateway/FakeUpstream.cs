using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace PromptGateway.Tests.Gateway;

/// <summary>A provider on loopback that answers as the test says and keeps what it was sent.</summary>
internal sealed class FakeUpstream : IAsyncDisposable
{
    public const string Secret = "sk-upstream-secret-0123456789";
    private readonly WebApplication _app;

    private FakeUpstream(WebApplication app)
    {
        _app = app;
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
    }

    /// <summary>Without <c>/v1</c>.</summary>
    public Uri Address { get; }

    /// <summary>Answers every request; the body was read already and is in <see cref="Received"/>.</summary>
    public Func<HttpContext, ReceivedRequest, Task> Answer { get; set; } = (context, _) => JsonAsync(context, ChatAnswers.Plain);

    public ConcurrentQueue<ReceivedRequest> Received { get; } = new();

    public ReceivedRequest Last => Received.Last();

    /// <summary>Environment variables that make this the gateway's OpenAI and Anthropic upstream.</summary>
    public Dictionary<string, string> Environment =>
        new()
        {
            ["OPENAI_API_KEY"] = Secret,
            ["OPENAI_BASE_URL"] = new Uri(Address, "v1").ToString(),
            ["ANTHROPIC_API_KEY"] = Secret,
            ["ANTHROPIC_BASE_URL"] = Address.ToString(),
        };

    /// <summary>An address at which nothing listens.</summary>
    public static Uri Nobody()
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return new Uri($"http://127.0.0.1:{((IPEndPoint)socket.LocalEndPoint!).Port}");
    }

    public static async Task<FakeUpstream> StartAsync(Func<HttpContext, ReceivedRequest, Task>? answer = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Limits.MaxRequestBodySize = null;
        });
        var app = builder.Build();
        FakeUpstream? upstream = null;
        app.UseWebSockets();
        app.Run(context => upstream!.HandleAsync(context));
        await app.StartAsync();
        upstream = new FakeUpstream(app);
        if (answer is not null)
            upstream.Answer = answer;
        return upstream;
    }

    private async Task HandleAsync(HttpContext context)
    {
        var body = new MemoryStream();
        if (!context.WebSockets.IsWebSocketRequest)
            await context.Request.Body.CopyToAsync(body);
        var received = new ReceivedRequest(
            context.Request.Method,
            context.Request.Path + context.Request.QueryString,
            context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            body.ToArray()
        );
        Received.Enqueue(received);
        await Answer(context, received);
    }

    public static async Task JsonAsync(HttpContext context, string json, int status = 200)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = Encoding.UTF8.GetByteCount(json);
        await context.Response.WriteAsync(json);
    }

    /// <summary>Writes each piece with a flush of its own; pieces need not be whole events.</summary>
    public static async Task StreamAsync(HttpContext context, params string[] pieces)
    {
        context.Response.ContentType = "text/event-stream";
        foreach (var piece in pieces)
        {
            await context.Response.WriteAsync(piece, context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
        }
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
