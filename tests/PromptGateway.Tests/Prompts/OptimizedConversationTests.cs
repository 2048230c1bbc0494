using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Anthropic;
using Anthropic.Models.Messages;
using OpenAI.Chat;
using PromptGateway.Prompts.Map;
using PromptGateway.Tests.Gateway;
using PromptGateway.Tokens;

namespace PromptGateway.Tests.Prompts;

/// <summary>Agents with the official SDKs, and what happens to an optimized request on its way.</summary>
public sealed class OptimizedConversationTests
{
    [Fact]
    public async Task OpenAISdk_AgentOverSeveralTurns_OnlyResultsChangeAndEveryTurnStartsLikeTheOneBefore()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(upstream);
        var client = gateway.NewOpenAIClient().GetChatClient("gpt-4o-mini");
        var messages = new List<ChatMessage>
        {
            new SystemChatMessage("Be  brief. " + AgentPrompts.Manual),
            new UserChatMessage("Weather of { \"a\":  1 }?"),
        };

        for (var turn = 0; turn < 4; turn++)
        {
            var call = ChatToolCall.CreateFunctionToolCall($"call_{turn}", "weather", BinaryData.FromString("{ \"city\":  \"Köln\" }"));
            messages.Add(new AssistantChatMessage([call]));
            messages.Add(new ToolChatMessage($"call_{turn}", AgentPrompts.Pretty));
            await client.CompleteChatAsync(messages);
        }

        var sent = upstream.Received.Select(request => request.Text).ToArray();
        foreach (var (turn, next) in sent.Zip(sent.Skip(1)))
            Messages(next).ShouldStartWith(Messages(turn));
        var texts = Results(sent[^1], RequestFormat.ChatCompletions);
        texts.Count.ShouldBe(4);
        texts.ShouldAllBe(text => text == AgentPrompts.Compact);
        sent[^1].ShouldContain("Be  brief.");
        using var body = JsonDocument.Parse(sent[^1]);
        body.RootElement.GetProperty("messages")[2]
            .GetProperty("tool_calls")[0]
            .GetProperty("function")
            .GetProperty("arguments")
            .GetString()
            .ShouldBe("{ \"city\":  \"Köln\" }");
    }

    [Fact]
    public async Task AnthropicSdk_ToolResult_GoesUpstreamCompact()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(upstream);
        var client = new AnthropicClient
        {
            BaseUrl = gateway.Address.GetLeftPart(UriPartial.Authority),
            ApiKey = TestGateway.ApiKey,
            MaxRetries = 0,
        };

        // The answer is none of Anthropic's; what was sent is what counts here.
        await Record.ExceptionAsync(() =>
            client.Messages.Create(
                new MessageCreateParams
                {
                    Model = "claude-sonnet-4-5",
                    MaxTokens = 100,
                    Messages =
                    [
                        new UserMessageParam("Weather? " + AgentPrompts.Manual),
                        new MessageParam(
                            JsonSerializer.SerializeToElement(
                                new
                                {
                                    role = "user",
                                    content = new[]
                                    {
                                        new
                                        {
                                            type = "tool_result",
                                            tool_use_id = "t1",
                                            content = AgentPrompts.Pretty,
                                        },
                                    },
                                }
                            )
                        ),
                    ],
                }
            )
        );

        Results(upstream.Last.Text, RequestFormat.Messages).ShouldBe([AgentPrompts.Compact]);
    }

    [Fact]
    public async Task Retry_OnAnotherDestination_SendsTheOptimizedBody()
    {
        await using var healthy = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(
            yarpJson: YarpFile.Clusters(YarpFile.Cluster("main", [new Uri("http://127.0.0.1:1"), healthy.Address]))
        );

        var answer = await gateway.Client.PostAsync("/v1/chat/completions", AgentPrompts.Body(AgentPrompts.Chat()));

        Results(healthy.Last.Text, RequestFormat.ChatCompletions).ShouldBe([AgentPrompts.Compact]);
        (await gateway.LedgerRowAsync(answer)).Attempts.ShouldBe(2);
    }

    [Fact]
    public async Task GzippedBody_IsOptimizedAndSentPlain()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(upstream);
        var zipped = new MemoryStream();
        await using (var gzip = new GZipStream(zipped, CompressionLevel.Fastest, leaveOpen: true))
            await gzip.WriteAsync(Encoding.UTF8.GetBytes(AgentPrompts.Chat()));
        var content = new ByteArrayContent(zipped.ToArray());
        content.Headers.ContentEncoding.Add("gzip");
        content.Headers.ContentType = new("application/json");

        await gateway.Client.PostAsync("/v1/chat/completions", content);

        Results(upstream.Last.Text, RequestFormat.ChatCompletions).ShouldBe([AgentPrompts.Compact]);
    }

    [Fact]
    public async Task DuplicatedName_IsRefusedAsBefore()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(upstream);

        var answer = await gateway.Client.PostAsync("/v1/chat/completions", AgentPrompts.Body(AgentPrompts.Chat(more: "\"messages\":[],")));

        ((int)answer.StatusCode).ShouldBe(400);
        upstream.Received.ShouldBeEmpty();
    }

    [Fact]
    public async Task ClientThatLeaves_OptimizedRequest_LeavesOneRowWithItsOptimization()
    {
        var asked = new TaskCompletionSource();
        await using var upstream = await FakeUpstream.StartAsync(
            async (context, _) =>
            {
                asked.SetResult();
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            }
        );
        await using var gateway = await TestGateway.StartAsync(upstream);
        using var leaving = new CancellationTokenSource();
        var call = gateway.Client.PostAsync("/v1/chat/completions", AgentPrompts.Body(AgentPrompts.Chat()), leaving.Token);

        await asked.Task;
        await leaving.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(call);
        var row = await gateway.FirstLedgerRowAsync();
        row.Outcome.ShouldBe("client_closed");
        row.OptimizationOutcome.ShouldBe("applied");
    }

    [Fact]
    public async Task Simulator_AgentOverSeveralTurns_CostsLessAndReadsLessOutsideTheCacheThanWithout()
    {
        await using var gateway = await TestGateway.StartAsync();

        var with = await RunAsync(gateway, "lossless");
        var without = await RunAsync(gateway, "off");

        without.Cached.ShouldBeGreaterThan(without.Uncached);
        with.Cached.ShouldBeGreaterThan(with.Uncached);
        with.Uncached.ShouldBeLessThan(without.Uncached);
        with.Cost.ShouldBeLessThan(without.Cost);
    }

    /// <summary>Prompt tokens of a conversation that the simulator's prompt cache had and had not, and what it cost.</summary>
    private static async Task<(long Cached, long Uncached, long Cost)> RunAsync(TestGateway gateway, string policy)
    {
        // A system text of more than the 1024 tokens from which on prompts are cached, another one for each policy.
        var system = policy + string.Concat(Enumerable.Range(0, 1600).Select(number => $" rule {number}"));
        var messages = $$"""{"role":"system","content":"{{system}}"},{"role":"user","content":"Go"}""";
        long cached = 0,
            uncached = 0,
            cost = 0;
        for (var turn = 0; turn < 5; turn++)
        {
            var result = AgentPrompts.Literal(
                $"[{string.Join(",  ", Enumerable.Range(0, 12).Select(at => AgentPrompts.Pretty.Replace("21.50", $"{turn}{at}.50", StringComparison.Ordinal)))}]"
            );
            messages +=
                $$$""",{"role":"assistant","tool_calls":[{"id":"c{{{turn}}}","type":"function","function":{"name":"w","arguments":"{}"}}]}""";
            messages += $$$""",{"role":"tool","tool_call_id":"c{{{turn}}}","content":{{{result}}}}""";
            var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions")
            {
                Content = AgentPrompts.Body($$"""{"model":"gpt-4o-mini","messages":[{{messages}}]}"""),
            };
            request.Headers.Add("X-PromptGateway-Optimize", policy);
            using var answer = await gateway.Client.SendAsync(request);
            var row = await gateway.LedgerRowAsync(answer);
            cached += row.Usage.CachedInputTokens;
            uncached += row.Usage.InputTokens - row.Usage.CachedInputTokens;
            cost += row.CostNanoUsd!.Value;
        }
        return (cached, uncached, cost);
    }

    /// <summary>The inside of the array of messages, as it was sent.</summary>
    private static string Messages(string json)
    {
        using var body = JsonDocument.Parse(json);
        return body.RootElement.GetProperty("messages").GetRawText()[..^1];
    }

    private static List<string> Results(string json, RequestFormat format)
    {
        var body = Encoding.UTF8.GetBytes(json);
        using var map = PromptMap.Rent();
        map.TryRead(body, format).ShouldBeTrue();
        var texts = new List<string>();
        foreach (var segment in map.Segments)
        {
            if (segment.Kind != SegmentKind.ToolResult)
                continue;
            using var text = new TextBuffer();
            SegmentText.Decode(body, segment, text);
            texts.Add(Encoding.UTF8.GetString(text.Text));
        }
        return texts;
    }
}
