using System.Text;
using PromptGateway.Chat;
using PromptGateway.Tests.Gateway;

namespace PromptGateway.Tests.Forwarding;

/// <summary>Any spelling of a stream, in any pieces, reaches the client as it came.</summary>
public sealed class StreamFramingTests
{
    private const string Delta = """[{"index":0,"delta":{"content":"Grüße 世界 🌍"},"finish_reason":null}]""";
    private const string Finish = """[{"index":0,"delta":{},"finish_reason":"stop"}]""";

    private static string Whole(string? usage) => ChatAnswers.Chunk(Delta, usage) + ": keep-alive\n\n" + ChatAnswers.Chunk(Finish, usage);

    private static async Task<byte[]> PassAsync(byte[] stream, int pieceSize, string more, bool metered = true)
    {
        await using var upstream = await FakeUpstream.StartAsync(
            async (context, _) =>
            {
                context.Response.ContentType = "text/event-stream";
                foreach (var piece in stream.Chunk(pieceSize))
                {
                    await context.Response.Body.WriteAsync(piece);
                    await context.Response.Body.FlushAsync();
                }
            }
        );
        await using var gateway = await TestGateway.StartAsync(upstream);
        using var call = await StreamCall.ChatAsync(gateway, more);
        var (bytes, failure) = await call.RestAsync();
        failure.ShouldBeNull();
        var row = await gateway.LedgerRowAsync(call.Response);
        if (metered)
            row.Usage.OutputTokens.ShouldBe(5);
        return bytes;
    }

    [Fact]
    public async Task PiecesOfEverySize_StrippedStream_GiveTheClientTheSameBytes()
    {
        var sent = Encoding.UTF8.GetBytes(Whole("null") + ChatAnswers.UsageChunk + ChatAnswers.Done);
        var size = 0;
        await using var upstream = await FakeUpstream.StartAsync(
            async (context, _) =>
            {
                context.Response.ContentType = "text/event-stream";
                foreach (var piece in sent.Chunk(Volatile.Read(ref size)))
                {
                    await context.Response.Body.WriteAsync(piece);
                    await context.Response.Body.FlushAsync();
                }
            }
        );
        await using var gateway = await TestGateway.StartAsync(upstream);
        var expected = Whole(null) + ChatAnswers.Done;

        for (size = 1; size <= 64; size++)
        {
            using var call = await StreamCall.ChatAsync(gateway);
            (await call.RestTextAsync()).Text.ShouldBe(expected, $"pieces of {size}");
        }
    }

    [Fact]
    public async Task CutAtEveryByte_PassedStream_GivesTheClientTheSameBytes()
    {
        var sent = Encoding.UTF8.GetBytes(Whole("null") + ChatAnswers.UsageChunk + ChatAnswers.Done);
        var cut = 0;
        await using var upstream = await FakeUpstream.StartAsync(
            async (context, _) =>
            {
                context.Response.ContentType = "text/event-stream";
                await context.Response.Body.WriteAsync(sent.AsMemory(0, cut));
                await context.Response.Body.FlushAsync();
                await context.Response.Body.WriteAsync(sent.AsMemory(cut));
            }
        );
        await using var gateway = await TestGateway.StartAsync(upstream);

        for (cut = 1; cut < sent.Length; cut++)
        {
            using var asked = await StreamCall.ChatAsync(gateway, ChatRequests.AskingForUsage);
            (await asked.RestAsync()).Bytes.ShouldBe(sent, $"cut at {cut}");
        }
    }

    [Theory]
    [InlineData("\r\n")]
    [InlineData("\r")]
    public async Task OtherLineEnds_PassAndAreUnderstood(string lineEnd)
    {
        var sent = (Whole("null") + ChatAnswers.UsageChunk + ChatAnswers.Done).Replace("\n", lineEnd, StringComparison.Ordinal);
        var expected = (Whole(null) + ChatAnswers.Done).Replace("\n", lineEnd, StringComparison.Ordinal);

        foreach (var size in (int[])[1, 3, 4096])
        {
            Encoding.UTF8.GetString(await PassAsync(Encoding.UTF8.GetBytes(sent), size, "")).ShouldBe(expected, $"pieces of {size}");
            Encoding.UTF8.GetString(await PassAsync(Encoding.UTF8.GetBytes(sent), size, ChatRequests.AskingForUsage)).ShouldBe(sent);
        }
    }

    [Fact]
    public async Task ByteOrderMark_Passes()
    {
        var sent =
            "\uFEFF" + ChatAnswers.Chunk(Delta, "null") + ChatAnswers.Chunk(Finish, null) + ChatAnswers.UsageChunk + ChatAnswers.Done;
        var expected = "\uFEFF" + ChatAnswers.Chunk(Delta, null) + ChatAnswers.Chunk(Finish, null) + ChatAnswers.Done;

        foreach (var size in (int[])[1, 4096])
            (await PassAsync(Encoding.UTF8.GetBytes(sent), size, "")).ShouldBe(Encoding.UTF8.GetBytes(expected));
    }

    [Fact]
    public async Task DeepSeekKeepAlives_CommentsAndBlankLines_Pass()
    {
        var sent = ": keep-alive\n\n\n\n: keep-alive\n\n" + ChatAnswers.Chunk(Finish, ChatAnswers.Usage) + ChatAnswers.Done;
        var expected = ": keep-alive\n\n\n\n: keep-alive\n\n" + ChatAnswers.Chunk(Finish, null) + ChatAnswers.Done;

        (await PassAsync(Encoding.UTF8.GetBytes(sent), 5, "")).ShouldBe(Encoding.UTF8.GetBytes(expected));
    }

    [Fact]
    public async Task NoSpaceAfterData_IsUnderstood()
    {
        var sent = (ChatAnswers.Chunk(Finish, null) + ChatAnswers.UsageChunk + ChatAnswers.Done).Replace(
            "data: ",
            "data:",
            StringComparison.Ordinal
        );

        Encoding
            .UTF8.GetString(await PassAsync(Encoding.UTF8.GetBytes(sent), 4096, ""))
            .ShouldBe((ChatAnswers.Chunk(Finish, null) + ChatAnswers.Done).Replace("data: ", "data:", StringComparison.Ordinal));
    }

    [Fact]
    public async Task LastEventWithoutBlankLine_IsStillReadAndDelivered()
    {
        var sent = ChatAnswers.Chunk(Finish, null) + ChatAnswers.UsageChunk + "data: [DONE]";

        Encoding
            .UTF8.GetString(await PassAsync(Encoding.UTF8.GetBytes(sent), 4096, ""))
            .ShouldBe(ChatAnswers.Chunk(Finish, null) + "data: [DONE]");
        Encoding.UTF8.GetString(await PassAsync(Encoding.UTF8.GetBytes(sent), 4096, ChatRequests.AskingForUsage)).ShouldBe(sent);
    }

    [Theory]
    [InlineData("")]
    [InlineData(ChatRequests.AskingForUsage)]
    public async Task OneLineOfFiveMegabytes_Passes(string more)
    {
        var image = new string('x', 5 << 20);
        var big = ChatAnswers
            .Chunk("""[{"index":0,"delta":{"content":"IMAGE"},"finish_reason":null}]""", null)
            .Replace("IMAGE", image, StringComparison.Ordinal);
        var sent = Encoding.UTF8.GetBytes(big + ChatAnswers.Chunk(Finish, null) + ChatAnswers.UsageChunk + ChatAnswers.Done);
        var expected = more.Length > 0 ? sent : Encoding.UTF8.GetBytes(big + ChatAnswers.Chunk(Finish, null) + ChatAnswers.Done);

        var bytes = await PassAsync(sent, 40_000, more);

        bytes.AsSpan().SequenceEqual(expected).ShouldBeTrue();
    }

    [Theory]
    [InlineData("")]
    [InlineData(ChatRequests.AskingForUsage)]
    public async Task EventLongerThanTheTapKeeps_PassesUnread(string more)
    {
        var sent = Encoding.UTF8.GetBytes("data: " + new string('x', 17 << 20) + "\n\n" + ChatAnswers.Finish + ChatAnswers.Done);

        var bytes = await PassAsync(sent, 1 << 20, more, metered: false);

        bytes.AsSpan().SequenceEqual(sent).ShouldBeTrue();
    }

    [Theory]
    [InlineData("")]
    [InlineData(ChatRequests.AskingForUsage)]
    public async Task Events_ReachTheClientBeforeTheUpstreamSendsTheNext(string more)
    {
        await using var upstream = await PacedUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(upstream.Upstream);
        var chunk = ChatAnswers.Chunk(Delta, null);
        var opening = StreamCall.ChatAsync(gateway, more);
        await upstream.SendAsync(chunk);
        using var call = await opening.WaitAsync(TimeSpan.FromSeconds(30));
        (await call.NextEventAsync().WaitAsync(TimeSpan.FromSeconds(30))).ShouldBe(chunk);

        for (var i = 0; i < 10; i++)
        {
            await upstream.SendAsync(chunk);
            (await call.NextEventAsync().WaitAsync(TimeSpan.FromSeconds(30))).ShouldBe(chunk);
        }
        await upstream.SendAsync(ChatAnswers.Done);
        upstream.End();

        (await call.NextEventAsync()).ShouldBe(ChatAnswers.Done);
        (await call.NextEventAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task Headers_OfAStream_ForbidBufferingAndCaching()
    {
        await using var upstream = await FakeUpstream.StartAsync(
            (context, _) => FakeUpstream.StreamAsync(context, ChatAnswers.Finish, ChatAnswers.Done)
        );
        await using var gateway = await TestGateway.StartAsync(upstream);

        using var call = await StreamCall.ChatAsync(gateway);

        call.Response.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        call.Response.Headers.GetValues("X-Accel-Buffering").ShouldBe(["no"]);
        call.Response.Headers.NonValidated["Cache-Control"].ToString().ShouldBe("no-cache, no-transform");
        call.Response.Content.Headers.ContentLength.ShouldBeNull();
    }
}
