using System.Text.Json;
using PromptGateway.Tests.Gateway;

namespace PromptGateway.Tests.Prompts;

/// <summary>A conversation that moves between replicas, each with a memory of its own, keeps the beginning that the provider has cached.</summary>
public sealed class ReplicaPrefixTests
{
    private const int Turns = 6;

    [Theory]
    [InlineData("lossless")]
    [InlineData("agent")]
    public async Task Conversation_OverTwoReplicas_IsSentWithTheSameBytesByBoth(string policy)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var one = await StartAsync(upstream, policy);
        await using var two = await StartAsync(upstream, policy);
        string? last = null;

        for (var turn = 1; turn <= Turns; turn++)
        {
            var body = Body(turn);
            var first = await SentAsync(upstream, turn % 2 == 0 ? one : two, body, policy);
            var second = await SentAsync(upstream, turn % 2 == 0 ? two : one, body, policy);

            first.ShouldBe(second);
            // A prompt that is too short for the provider's cache is not made shorter.
            if (turn == Turns)
                first.Length.ShouldBeLessThan(body.Length);
            if (last is not null)
                Messages(first).ShouldStartWith(Messages(last));
            last = first;
        }
    }

    /// <summary>A replica that sees a conversation for the first time at its last turn makes of it what the others did.</summary>
    [Fact]
    public async Task Conversation_OnAReplicaThatNeverSawIt_IsSentWithTheSameBytes()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var old = await StartAsync(upstream, "agent");
        await using var young = await StartAsync(upstream, "agent");
        for (var turn = 1; turn < Turns; turn++)
            await SentAsync(upstream, old, Body(turn), "agent");

        (await SentAsync(upstream, young, Body(Turns), "agent")).ShouldBe(await SentAsync(upstream, old, Body(Turns), "agent"));
    }

    /// <summary>Time is the one thing that replicas do not share: here there is enough of it.</summary>
    private static Task<TestGateway> StartAsync(FakeUpstream upstream, string policy) =>
        TestGateway.StartAsync(
            upstream.Environment,
            configuration: new() { [$"Optimization:Policies:{policy}:MaxAddedMilliseconds"] = "1000" }
        );

    private static async Task<string> SentAsync(FakeUpstream upstream, TestGateway gateway, string body, string policy)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = AgentPrompts.Body(body) };
        request.Headers.Add("X-PromptGateway-Optimize", policy);
        (await gateway.Client.SendAsync(request)).EnsureSuccessStatusCode();
        return upstream.Last.Text;
    }

    private static string Body(int turns) =>
        JsonSerializer.Serialize(
            new
            {
                model = "gpt-4o-mini",
                messages = Enumerable
                    .Range(1, turns)
                    .SelectMany(turn =>
                        (object[])
                            [
                                new
                                {
                                    role = "assistant",
                                    tool_calls = new[]
                                    {
                                        new
                                        {
                                            id = $"c{turn}",
                                            type = "function",
                                            function = new { name = "query", arguments = "{}" },
                                        },
                                    },
                                },
                                new
                                {
                                    role = "tool",
                                    tool_call_id = $"c{turn}",
                                    content = turn % 3 == 0 ? Log(turn) : RandomPrompts.Text(turn) + "\n" + Log(1),
                                },
                            ]
                    )
                    .Prepend(new { role = "user", content = "What is wrong with the orders?" }),
            }
        );

    private static string Log(int turn) =>
        string.Join(
            '\n',
            Enumerable
                .Range(10, 30)
                .Select(line => $"2026-01-02T03:04:{line}Z INFO [worker-{line % 3}] Processed order {line * turn} in 5ms")
        );

    private static string Messages(string json)
    {
        using var body = JsonDocument.Parse(json);
        return body.RootElement.GetProperty("messages").GetRawText()[..^1];
    }
}
