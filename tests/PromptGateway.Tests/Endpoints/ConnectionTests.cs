using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using PromptGateway.Forwarding;
using PromptGateway.Tests.Gateway;

namespace PromptGateway.Tests.Endpoints;

/// <summary>What clients do with connections.</summary>
public sealed class ConnectionTests
{
    [Fact]
    public async Task PipelinedRequests_AreAnsweredInOrder()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(upstream);
        using var client = await RawClient.ConnectAsync(gateway);
        var request = RawClient.Head(ChatRequests.Path, $"Content-Length: {ChatRequests.Plain.Length}\r\n") + ChatRequests.Plain;

        await client.SendAsync(
            request + RawClient.Head("/v1/nothing", "", "GET").Replace("/v1/nothing", "/nothing", StringComparison.Ordinal) + request
        );

        (await client.ReadAnswerAsync()).Body.ShouldBe(ChatAnswers.Plain);
        (await client.ReadAnswerAsync()).Status.ShouldBe(404);
        (await client.ReadAnswerAsync()).Body.ShouldBe(ChatAnswers.Plain);
    }

    [Fact]
    public async Task Http2WithPriorKnowledge_StreamsEventByEvent()
    {
        await using var upstream = await PacedUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(upstream.Upstream);
        using var request = new HttpRequestMessage(HttpMethod.Post, ChatRequests.Path)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = ChatRequests.Json(ChatRequests.Stream()),
        };

        var opening = gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var chunk = ChatAnswers.Chunk("""[{"index":0,"delta":{"content":"Hel"}}]""", null);
        await upstream.SendAsync(chunk);
        using var answer = await opening;
        var body = await answer.Content.ReadAsStreamAsync();
        var buffer = new byte[chunk.Length];
        for (var i = 0; i < 5; i++)
        {
            await body.ReadExactlyAsync(buffer).AsTask().WaitAsync(TimeSpan.FromSeconds(30));
            Encoding.UTF8.GetString(buffer).ShouldBe(chunk);
            await upstream.SendAsync(chunk);
        }
        await upstream.SendAsync(ChatAnswers.Finish + ChatAnswers.UsageChunk + ChatAnswers.Done);
        upstream.End();

        answer.Version.ShouldBe(HttpVersion.Version20);
        (await new StreamReader(body).ReadToEndAsync()).ShouldEndWith(ChatAnswers.Done);
        (await gateway.LedgerRowAsync(answer)).Usage.OutputTokens.ShouldBe(5);
    }

    [Fact]
    public async Task Http2ClientThatLeaves_StopsTheUpstream()
    {
        await using var upstream = await PacedUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(upstream.Upstream);
        using var request = new HttpRequestMessage(HttpMethod.Post, ChatRequests.Path)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = ChatRequests.Json(ChatRequests.Stream()),
        };
        var opening = gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        await upstream.SendAsync(ChatAnswers.Text("Hel"));

        var answer = await opening;
        answer.Dispose();

        await upstream.LeftAsync();
        (await gateway.LedgerRowAsync(answer)).Outcome.ShouldBe("client_closed");
    }

    /// <summary>The client does not read: the upstream is held back, the gateway does not hoard what it sends.</summary>
    [Fact]
    public async Task ClientThatStopsReading_HoldsTheUpstreamBack()
    {
        const int total = 256 << 20;
        var sent = 0L;
        var chunk = Encoding.UTF8.GetBytes(
            ChatAnswers.Chunk("[{\"index\":0,\"delta\":{\"content\":\"" + new string('x', 60_000) + "\"}}]", null)
        );
        await using var upstream = await FakeUpstream.StartAsync(
            async (context, _) =>
            {
                context.Response.ContentType = "text/event-stream";
                while (Volatile.Read(ref sent) < total)
                {
                    await context.Response.Body.WriteAsync(chunk, context.RequestAborted);
                    Interlocked.Add(ref sent, chunk.Length);
                }
            }
        );
        await using var gateway = await TestGateway.StartAsync(upstream);
        long stalledAt;
        using (var client = await RawClient.ConnectAsync(gateway, receiveBuffer: 64 * 1024))
        {
            var body = ChatRequests.Stream();
            await client.SendAsync(RawClient.Head(ChatRequests.Path, $"Content-Length: {body.Length}\r\n") + body);
            stalledAt = await StallAsync(() => Volatile.Read(ref sent));
        }

        stalledAt.ShouldBeInRange(1, 64 << 20);
        (await gateway.FirstLedgerRowAsync()).Outcome.ShouldBe("client_closed");
        gateway.Services.GetRequiredService<OpenAttempts>().Count.ShouldBe(0);
    }

    /// <summary>Waits until a value that started to grow has stopped.</summary>
    private static async Task<long> StallAsync(Func<long> read)
    {
        var (last, same) = (0L, 0);
        while (same < 20)
        {
            await Task.Delay(25);
            var now = read();
            same = now == last && now > 0 ? same + 1 : 0;
            last = now;
        }
        return last;
    }
}
