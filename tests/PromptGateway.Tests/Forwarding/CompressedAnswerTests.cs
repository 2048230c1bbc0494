using System.IO.Compression;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using PromptGateway.Chat;
using PromptGateway.Tests.Gateway;

namespace PromptGateway.Tests.Forwarding;

/// <summary>Upstreams that compress though nobody has asked for it: metered like others, and readable for every client.</summary>
public sealed class CompressedAnswerTests
{
    private static readonly string[] Events =
    [
        ChatAnswers.Text("Hel"),
        ChatAnswers.Text("lo"),
        ChatAnswers.Finish,
        ChatAnswers.UsageChunk,
        ChatAnswers.Done,
    ];

    private static Stream Compress(Stream output, string encoding) =>
        encoding switch
        {
            "gzip" => new GZipStream(output, CompressionLevel.Fastest, leaveOpen: true),
            "br" => new BrotliStream(output, CompressionLevel.Fastest, leaveOpen: true),
            _ => new ZLibStream(output, CompressionLevel.Fastest, leaveOpen: true),
        };

    private static byte[] Compressed(string text, string encoding)
    {
        using var bytes = new MemoryStream();
        using (var compressor = Compress(bytes, encoding))
            compressor.Write(Encoding.UTF8.GetBytes(text));
        return bytes.ToArray();
    }

    private static async Task SendAsync(HttpContext context, string text, string encoding, string type, int status = 200)
    {
        var bytes = Compressed(text, encoding);
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        context.Response.Headers.ContentEncoding = encoding;
        context.Response.ContentLength = bytes.Length;
        await context.Response.Body.WriteAsync(bytes);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("deflate")]
    public async Task JsonAnswer_Compressed_IsMeteredAndReadable(string encoding)
    {
        await using var upstream = await FakeUpstream.StartAsync(
            (context, _) => SendAsync(context, ChatAnswers.Plain, encoding, "application/json")
        );
        await using var gateway = await TestGateway.StartAsync(upstream);

        using var answer = await gateway.Client.PostAsync(ChatRequests.Path, ChatRequests.Json(ChatRequests.Plain));

        (await answer.Content.ReadAsStringAsync()).ShouldBe(ChatAnswers.Plain);
        answer.Content.Headers.ContentEncoding.ShouldBeEmpty();
        var row = await gateway.LedgerRowAsync(answer);
        row.UsageSource.ShouldBe(UsageSource.Provider);
        row.Usage.OutputTokens.ShouldBe(5);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    public async Task Stream_Compressed_ArrivesEventByEventMeteredAndStripped(string encoding)
    {
        var goOn = new SemaphoreSlim(0);
        await using var upstream = await FakeUpstream.StartAsync(
            async (context, _) =>
            {
                context.Response.ContentType = "text/event-stream";
                context.Response.Headers.ContentEncoding = encoding;
                await using var compressor = Compress(context.Response.Body, encoding);
                foreach (var one in Events)
                {
                    await compressor.WriteAsync(Encoding.UTF8.GetBytes(one));
                    await compressor.FlushAsync();
                    await context.Response.Body.FlushAsync();
                    await goOn.WaitAsync(TimeSpan.FromSeconds(30));
                }
            }
        );
        await using var gateway = await TestGateway.StartAsync(upstream);

        using var call = await StreamCall.ChatAsync(gateway).WaitAsync(TimeSpan.FromSeconds(30));
        // Each event is there before the upstream goes on.
        (await call.NextEventAsync().WaitAsync(TimeSpan.FromSeconds(30)))!.ShouldContain("Hel");
        goOn.Release();
        (await call.NextEventAsync().WaitAsync(TimeSpan.FromSeconds(30)))!.ShouldContain("lo");
        goOn.Release(Events.Length);
        var (text, failure) = await call.RestTextAsync();

        failure.ShouldBeNull();
        text.ShouldNotContain("usage");
        text.ShouldEndWith(ChatAnswers.Done);
        call.Response.Content.Headers.ContentEncoding.ShouldBeEmpty();
        var row = await gateway.LedgerRowAsync(call.Response);
        row.UsageSource.ShouldBe(UsageSource.Provider);
        row.Usage.OutputTokens.ShouldBe(5);
    }

    [Fact]
    public async Task Stream_CompressedAndBrokenOff_IsNoCleanEnd()
    {
        var half = Compressed(string.Concat(Enumerable.Repeat(ChatAnswers.Text("Hel"), 50)), "gzip")[..^20];
        await using var upstream = await FakeUpstream.StartAsync(
            async (context, _) =>
            {
                context.Response.ContentType = "text/event-stream";
                context.Response.Headers.ContentEncoding = "gzip";
                await context.Response.Body.WriteAsync(half);
            }
        );
        await using var gateway = await TestGateway.StartAsync(upstream);

        using var call = await StreamCall.ChatAsync(gateway);
        var (text, failure) = await call.RestTextAsync();

        (failure is not null || (int)call.Response.StatusCode >= 500).ShouldBeTrue(text);
        var row = await gateway.LedgerRowAsync(call.Response);
        row.Outcome.ShouldBe("upstream_cut");
    }

    [Fact]
    public async Task Stream_WhoseCompressionIsDamaged_EndsWithAnErrorEvent()
    {
        var goOn = new SemaphoreSlim(0);
        await using var upstream = await FakeUpstream.StartAsync(
            async (context, _) =>
            {
                context.Response.ContentType = "text/event-stream";
                context.Response.Headers.ContentEncoding = "gzip";
                await using var compressor = Compress(context.Response.Body, "gzip");
                await compressor.WriteAsync(Encoding.UTF8.GetBytes(Events[0]));
                await compressor.FlushAsync();
                await context.Response.Body.FlushAsync();
                await goOn.WaitAsync(TimeSpan.FromSeconds(30));
                // No block of any kind begins like this.
                await context.Response.Body.WriteAsync(Enumerable.Repeat((byte)0xFF, 64).ToArray());
            }
        );
        await using var gateway = await TestGateway.StartAsync(upstream);

        using var call = await StreamCall.ChatAsync(gateway);
        (await call.NextEventAsync().WaitAsync(TimeSpan.FromSeconds(30)))!.ShouldContain("Hel");
        goOn.Release();
        var (text, failure) = await call.RestTextAsync();

        text.ShouldContain("\"error\"");
        failure.ShouldNotBeNull();
        (await gateway.LedgerRowAsync(call.Response)).Outcome.ShouldBe("upstream_cut");
    }

    /// <summary>A provider that quotes the key that it did not accept.</summary>
    [Fact]
    public async Task Error_Compressed_HasTheSecretMasked()
    {
        await using var upstream = await FakeUpstream.StartAsync(
            (context, _) =>
                SendAsync(context, $$$"""{"error":{"message":"key {{{FakeUpstream.Secret}}}"}}""", "gzip", "application/json", 403)
        );
        await using var gateway = await TestGateway.StartAsync(upstream);

        using var answer = await gateway.Client.PostAsync(ChatRequests.Path, ChatRequests.Json(ChatRequests.Plain));

        answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await answer.Content.ReadAsStringAsync()).ShouldBe("""{"error":{"message":"key ***"}}""");
    }

    /// <summary>A file is what was stored, whatever it is.</summary>
    [Fact]
    public async Task File_Compressed_PassesAsItIs()
    {
        await using var upstream = await FakeUpstream.StartAsync(
            (context, _) => SendAsync(context, "content", "gzip", "application/octet-stream")
        );
        await using var gateway = await TestGateway.StartAsync(upstream);

        using var answer = await gateway.Client.GetAsync("/v1/files/file-1/content");

        answer.Content.Headers.ContentEncoding.ShouldBe(["gzip"]);
        (await answer.Content.ReadAsByteArrayAsync()).ShouldBe(Compressed("content", "gzip"));
    }

    /// <summary>What was generated is metered whatever type the upstream says it is.</summary>
    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/vnd.vendor+json")]
    public async Task JsonAnswer_OfAnotherType_IsMetered(string type)
    {
        await using var upstream = await FakeUpstream.StartAsync(
            async (context, _) =>
            {
                context.Response.ContentType = type;
                await context.Response.WriteAsync(ChatAnswers.Plain);
            }
        );
        await using var gateway = await TestGateway.StartAsync(upstream);

        using var answer = await gateway.Client.PostAsync(ChatRequests.Path, ChatRequests.Json(ChatRequests.Plain));

        (await answer.Content.ReadAsStringAsync()).ShouldBe(ChatAnswers.Plain);
        (await gateway.LedgerRowAsync(answer)).UsageSource.ShouldBe(UsageSource.Provider);
    }
}
