using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace PromptGateway.Benchmarks.Load;

/// <summary>A provider that answers at once: 1 KB of JSON, or 50 chunks, one each 20 ms.</summary>
internal sealed class MockUpstream : IAsyncDisposable
{
    private const int Chunks = 50;
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(20);
    private static readonly byte[] Answer = Encoding.UTF8.GetBytes(
        """{"id":"chatcmpl-1","object":"chat.completion","created":1700000000,"model":"gpt-4o-mini","choices":[{"index":0,"message":{"role":"assistant","content":"""
            + $"\"{new string('x', 700)}\""
            + ""","refusal":null},"finish_reason":"stop","logprobs":null}],"usage":{"prompt_tokens":200,"completion_tokens":150,"total_tokens":350}}"""
    );
    private static readonly byte[] Chunk = Encoding.UTF8.GetBytes(
        """data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1700000000,"model":"gpt-4o-mini","choices":[{"index":0,"delta":{"content":" token"},"logprobs":null,"finish_reason":null}],"usage":null}"""
            + "\n\n"
    );
    private static readonly byte[] End = Encoding.UTF8.GetBytes(
        """data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1700000000,"model":"gpt-4o-mini","choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":null}"""
            + "\n\n"
            + """data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1700000000,"model":"gpt-4o-mini","choices":[],"usage":{"prompt_tokens":200,"completion_tokens":50,"total_tokens":250}}"""
            + "\n\ndata: [DONE]\n\n"
    );
    private readonly WebApplication _app;

    private MockUpstream(WebApplication app) => _app = app;

    public int Port => new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port;

    public static async Task<MockUpstream> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        app.Run(AnswerAsync);
        await app.StartAsync();
        return new MockUpstream(app);
    }

    private static async Task AnswerAsync(HttpContext context)
    {
        var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        if (body.GetBuffer().AsSpan(0, (int)body.Length).IndexOf("\"stream\":true"u8) < 0)
        {
            context.Response.ContentType = "application/json";
            context.Response.ContentLength = Answer.Length;
            await context.Response.Body.WriteAsync(Answer);
            return;
        }
        context.Response.ContentType = "text/event-stream";
        using var timer = new PeriodicTimer(Pace);
        for (var i = 0; i < Chunks && await timer.WaitForNextTickAsync(context.RequestAborted); i++)
            await context.Response.Body.WriteAsync(Chunk);
        await context.Response.Body.WriteAsync(End);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
