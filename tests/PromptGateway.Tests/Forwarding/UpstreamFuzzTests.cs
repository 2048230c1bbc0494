using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using PromptGateway.Forwarding;
using PromptGateway.RateLimits;
using PromptGateway.Tests.Gateway;

namespace PromptGateway.Tests.Forwarding;

/// <summary>Whatever an upstream answers: each request has its one row, gives everything back, and fails nowhere inside the gateway.</summary>
public sealed class UpstreamFuzzTests
{
    private const int Requests = 400;
    private static readonly string[] Statuses =
    [
        "200 OK",
        "200 OK",
        "200 OK",
        "204 No Content",
        "302 Found",
        "400 Bad",
        "429 Slow",
        "500 Oops",
        "529 Busy",
    ];
    private static readonly string[] Heads =
    [
        "Content-Type: text/event-stream",
        "Content-Type: text/event-stream; charset=utf-8",
        "Content-Type: application/json",
        "Content-Type: text/html",
        "Content-Type: ",
        "Content-Encoding: gzip",
        "Content-Encoding: br",
        "Location: /elsewhere",
        "Location: http://[",
        "X-Odd: \u0001\u00e9",
        "Retry-After: soon",
        "Set-Cookie: a=b",
        "x-ratelimit-remaining-tokens: many",
    ];
    private static readonly string[] Pieces =
    [
        ChatAnswers.Text("Hel"),
        ChatAnswers.Finish,
        ChatAnswers.UsageChunk,
        ChatAnswers.Done,
        ChatAnswers.Plain,
        "data: {\"error\":{\"message\":\"x\"}}\n\n",
        "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"usage\":{\"input_tokens\":5}}}\n\n",
        "event: response.completed\ndata: {\"type\":\"response.completed\",\"response\":{\"usage\":{\"input_tokens\":5,\"output_tokens\":1}}}\n\n",
        "data: {\"usage\":{\"prompt_tokens\":-1,\"completion_tokens\":1e99}}\n\n",
        "{\"usage\":{\"prompt_tokens\":9223372036854775807,\"completion_tokens\":9223372036854775807}}",
        ": ping\n\n",
        "data:",
        "\r\n",
        "\n\n",
        "{",
        "[]",
        "\u0000\u00ff",
        "\"",
    ];

    private static readonly (string Path, string Body)[] Calls =
    [
        (ChatRequests.Path, ChatRequests.Plain),
        (ChatRequests.Path, ChatRequests.Stream()),
        (ChatRequests.Path, ChatRequests.Stream(ChatRequests.AskingForUsage)),
        ("/v1/messages", MessagesStreamTests.Request),
        ("/v1/responses", """{"model":"gpt-4o-mini","input":"Hi","stream":true,"background":true}"""),
        ("/v1/responses", """{"model":"gpt-4o-mini","input":"Hi"}"""),
        ("/v1/embeddings", """{"model":"text-embedding-3-small","input":"Hi"}"""),
        ("/v1/audio/speech", """{"model":"gpt-4o-mini-tts","input":"Hi","voice":"alloy"}"""),
        ("/v1/batches", """{"input_file_id":"file-1"}"""),
        ("/v1/new/path", """{"model":"gpt-4o-mini","stream":true}"""),
    ];

    private static async Task AnswerAsync(Socket socket, Random random)
    {
        var body = new StringBuilder();
        for (var n = random.Next(0, 8); n > 0; n--)
            body.Append(Pieces[random.Next(Pieces.Length)]);
        var bytes = Encoding.Latin1.GetBytes(body.ToString());
        var head = new StringBuilder($"HTTP/1.1 {Statuses[random.Next(Statuses.Length)]}\r\n");
        for (var n = random.Next(1, 4); n > 0; n--)
            head.Append(Heads[random.Next(Heads.Length)]).Append("\r\n");
        var chunked = random.Next(2) == 0;
        head.Append(chunked ? "Transfer-Encoding: chunked\r\n\r\n" : $"Content-Length: {bytes.Length}\r\n\r\n");
        await socket.SendAsync(Encoding.Latin1.GetBytes(head.ToString()));
        var sent = random.Next(3) == 0 ? bytes.AsMemory(0, random.Next(bytes.Length + 1)) : bytes;
        if (chunked && sent.Length > 0)
            await socket.SendAsync(Encoding.Latin1.GetBytes($"{sent.Length:x}\r\n"));
        await socket.SendAsync(sent);
        if (chunked)
            await socket.SendAsync(Encoding.Latin1.GetBytes(sent.Length > 0 ? "\r\n0\r\n\r\n" : "0\r\n\r\n"));
        if (random.Next(4) == 0)
            RawUpstream.Reset(socket);
    }

    [Fact]
    public async Task RandomAnswers_LeaveOneRowEachAndNothingBehind()
    {
        var gate = new Lock();
        var seeds = new Random(17);
        await using var upstream = new RawUpstream(
            (socket, _) =>
            {
                int seed;
                lock (gate)
                    seed = seeds.Next();
                return AnswerAsync(socket, new Random(seed));
            }
        );
        using var log = new MemoryStream();
        var environment = new Dictionary<string, string>(upstream.Environment)
        {
            ["ANTHROPIC_API_KEY"] = FakeUpstream.Secret,
            ["ANTHROPIC_BASE_URL"] = upstream.Address.ToString(),
        };
        var gateway = await TestGateway.StartAsync(
            environment,
            configuration: new()
            {
                ["RateLimits:0:Scope"] = "key",
                ["RateLimits:0:Concurrent"] = "1000",
                ["Budgets:Rules:0:Tokens"] = "1000000000000000",
            },
            logOutput: log
        );
        await using (gateway)
        {
            await Parallel.ForAsync(
                0,
                Requests,
                new ParallelOptions { MaxDegreeOfParallelism = 8 },
                async (i, _) =>
                {
                    var (path, body) = Calls[i % Calls.Length];
                    try
                    {
                        using var call = await StreamCall.OpenAsync(gateway, path, body);
                        if (i % 5 != 0)
                            await call.RestAsync();
                    }
                    catch (HttpRequestException)
                    {
                        // An answer that is cut may be cut before its headers are there.
                    }
                }
            );

            await Eventually.BecomesAsync(async () => await gateway.LedgerCountAsync() >= Requests);
            (await gateway.LedgerCountAsync()).ShouldBe(Requests);
            gateway.Services.GetRequiredService<OpenAttempts>().Count.ShouldBe(0);
            gateway.Services.GetRequiredService<LimitedSubjects>().SlotsInUse.ShouldBe(0);
            (await AdminCalls.MetricsAsync(gateway)).ShouldContain("promptgateway_requests_in_flight 0\n");
        }
        var errors = Encoding
            .UTF8.GetString(log.ToArray())
            .Split('\n')
            .Where(line => line.Contains("xception") && !line.Contains("\"level\":\"info"))
            .ToArray();
        errors.ShouldBeEmpty();
    }
}
