using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace PromptGateway.Tests.Metrics;

/// <summary>Takes OTLP over HTTP or over gRPC (HTTP/2 without TLS) and keeps the protobuf messages as they came.</summary>
internal sealed class OtlpCollector : IAsyncDisposable
{
    /// <summary>A gRPC message has one byte that tells of compression before it, and four of its length.</summary>
    private const int GrpcPrefix = 5;

    private readonly WebApplication _app;
    private readonly bool _grpc;

    private OtlpCollector(WebApplication app, bool grpc) => (_app, _grpc) = (app, grpc);

    /// <summary><c>traces</c>, <c>metrics</c> or <c>logs</c>, and the message of each export.</summary>
    public ConcurrentQueue<(string Signal, byte[] Message)> Received { get; } = new();
    public string Address => _app.Urls.Single();

    public static async Task<OtlpCollector> StartAsync(bool grpc = false)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder
            .WebHost.UseKestrelCore()
            .ConfigureKestrel(kestrel =>
                kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = grpc ? HttpProtocols.Http2 : HttpProtocols.Http1)
            );
        var collector = new OtlpCollector(builder.Build(), grpc);
        collector._app.Run(collector.KeepAsync);
        await collector._app.StartAsync();
        return collector;
    }

    /// <summary>All messages of a signal as one text, to be searched.</summary>
    public string All(string signal) => string.Concat(Messages(signal).Select(Encoding.Latin1.GetString));

    public IEnumerable<byte[]> Messages(string signal) => Received.Where(r => r.Signal == signal).Select(r => r.Message);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task KeepAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var message = body.ToArray();
        if (_grpc)
        {
            message[0].ShouldBe<byte>(0, "compressed");
            message = message[GrpcPrefix..];
        }
        Received.Enqueue((SignalOf(context.Request.Path), message));
        if (_grpc)
            await AnswerGrpcAsync(context.Response);
        else
            context.Response.ContentType = "application/x-protobuf";
    }

    private static async Task AnswerGrpcAsync(HttpResponse response)
    {
        response.ContentType = "application/grpc";
        response.DeclareTrailer("grpc-status");
        await response.Body.WriteAsync(new byte[GrpcPrefix]);
        response.AppendTrailer("grpc-status", "0");
    }

    private static string SignalOf(PathString path) =>
        path.Value switch
        {
            "/v1/traces" or "/opentelemetry.proto.collector.trace.v1.TraceService/Export" => "traces",
            "/v1/metrics" or "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export" => "metrics",
            "/v1/logs" or "/opentelemetry.proto.collector.logs.v1.LogsService/Export" => "logs",
            var other => other ?? "",
        };
}
