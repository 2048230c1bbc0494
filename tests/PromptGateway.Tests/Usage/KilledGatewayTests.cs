using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using PromptGateway.Storage.Sqlite;
using PromptGateway.Tests.Gateway;
using PromptGateway.Tests.Storage;
using PromptGateway.Usage;

namespace PromptGateway.Tests.Usage;

/// <summary>A real process that is killed in the middle of its work, and started again on what it left.</summary>
public sealed class KilledGatewayTests : IDisposable
{
    private const int Kills = 3;
    private readonly TempDirectory _data = new();

    public void Dispose() => _data.Dispose();

    private Task<GatewayProcess> StartAsync(FakeUpstream upstream) =>
        GatewayProcess.StartAsync(new(upstream.Environment) { ["PROMPTGATEWAY_DATA"] = _data.Path });

    /// <summary>Asks until the gateway is gone; keeps the id of each answer of which it saw the end.</summary>
    private static async Task AskAsync(HttpClient client, string body, ConcurrentBag<string> ended)
    {
        try
        {
            while (true)
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, ChatRequests.Path) { Content = ChatRequests.Json(body) };
                using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
                var id = answer.Headers.GetValues("x-request-id").Single();
                using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());
                while (await reader.ReadLineAsync() is { } line)
                    if (line is "data: [DONE]" || line == ChatAnswers.Plain)
                        ended.Add(id);
            }
        }
        catch (Exception e) when (e is HttpRequestException or IOException or SocketException)
        {
            // Killed.
        }
    }

    private const string SessionAnswer = """
        {"type":"response.done","response":{"usage":{"total_tokens":15,"input_tokens":10,"output_tokens":5}}}
        """;

    [Fact]
    public async Task Kill9_InASession_LeavesOneRowWithWhatWasUsedUntilThen()
    {
        await using var upstream = await FakeUpstream.StartAsync(
            async (context, _) =>
            {
                using var socket = await context.WebSockets.AcceptWebSocketAsync();
                for (var turn = 0; turn < 3; turn++)
                    await socket.SendAsync(Encoding.UTF8.GetBytes(SessionAnswer), WebSocketMessageType.Text, true, context.RequestAborted);
                await socket.ReceiveAsync(new byte[100], context.RequestAborted);
            }
        );
        await using (var gateway = await StartAsync(upstream))
        {
            using var socket = new ClientWebSocket();
            socket.Options.SetRequestHeader("Authorization", "Bearer " + TestGateway.ApiKey);
            await socket.ConnectAsync(new Uri($"ws://{gateway.Client.BaseAddress!.Authority}/v1/realtime?model=gpt-realtime-9"), default);
            for (var turn = 0; turn < 3; turn++)
                (await socket.ReceiveAsync(new byte[4096], default)).EndOfMessage.ShouldBeTrue();
            await gateway.KillAsync();
        }

        await using (var gateway = await StartAsync(upstream))
        {
            await gateway.KillAsync();
        }

        using var ledger = new SqliteUsageLog(new SqliteDatabase(_data.Path));
        var report = await ledger.ReportAsync(new UsageQuery(), default);
        report.Total.Requests.ShouldBe(1);
        report.Total.InputTokens.ShouldBe(30);
        report.Total.OutputTokens.ShouldBe(15);
    }

    [Fact]
    public async Task Kill9_UnderLoad_EveryAnswerWhoseEndWasSeenHasItsRowAfterTheRestart()
    {
        await using var upstream = await FakeUpstream.StartAsync(
            (context, received) =>
                received.Text.Contains("\"stream\":true", StringComparison.Ordinal)
                    ? FakeUpstream.StreamAsync(
                        context,
                        ChatAnswers.Text("Hel"),
                        ChatAnswers.Finish,
                        ChatAnswers.UsageChunk,
                        ChatAnswers.Done
                    )
                    : FakeUpstream.JsonAsync(context, ChatAnswers.Plain)
        );
        var ended = new ConcurrentBag<string>();
        for (var kill = 1; kill <= Kills; kill++)
        {
            await using var gateway = await StartAsync(upstream);
            var asking = Enumerable
                .Range(0, 16)
                .Select(i => AskAsync(gateway.Client, i % 2 == 0 ? ChatRequests.Plain : ChatRequests.Stream(), ended))
                .ToArray();
            while (ended.Count < kill * 300)
                await Task.Delay(5);
            await gateway.KillAsync();
            await Task.WhenAll(asking);
        }

        // The restart.
        await using (var gateway = await StartAsync(upstream))
        {
            await gateway.KillAsync();
        }

        using var ledger = new SqliteUsageLog(new SqliteDatabase(_data.Path));
        foreach (var id in ended)
        {
            var row = (await ledger.FindAsync(id, default)).ShouldNotBeNull();
            row.Outcome.ShouldBe("ok");
            row.Usage.OutputTokens.ShouldBe(5);
        }
    }
}
