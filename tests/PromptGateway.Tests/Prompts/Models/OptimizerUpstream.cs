using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using PromptGateway.Tests.Gateway;

namespace PromptGateway.Tests.Prompts.Models;

/// <summary>An upstream whose Responses API is the optimizer's model and whose chat API answers.</summary>
internal sealed class OptimizerUpstream : IAsyncDisposable
{
    public const string Original = "pls write me smth about cats in 3 sentences, not about dogs, for \"Felix\" readers";
    public const string Improved =
        "Write 3 sentences about cats for readers of \"Felix\". Do not write about dogs; the text is about cats, not dogs.";

    private OptimizerUpstream(FakeUpstream upstream) => Upstream = upstream;

    public FakeUpstream Upstream { get; }

    /// <summary>Answers the optimizer.</summary>
    public Func<HttpContext, ReceivedRequest, Task> Optimizer { get; set; } =
        (context, _) => FakeUpstream.JsonAsync(context, Response(Rewrite(Improved)));

    /// <summary>Answers everybody else.</summary>
    public Func<HttpContext, ReceivedRequest, Task> Answer { get; set; } =
        (context, _) => FakeUpstream.JsonAsync(context, ChatAnswers.Plain);

    public IReadOnlyList<ReceivedRequest> Asked => [.. Upstream.Received.Where(r => r.Target == "/v1/responses")];

    public IReadOnlyList<ReceivedRequest> Answered => [.. Upstream.Received.Where(r => r.Target == "/v1/chat/completions")];

    public static async Task<OptimizerUpstream> StartAsync()
    {
        OptimizerUpstream? self = null;
        var upstream = await FakeUpstream.StartAsync(
            (context, received) => received.Target == "/v1/responses" ? self!.Optimizer(context, received) : self!.Answer(context, received)
        );
        return self = new OptimizerUpstream(upstream);
    }

    public Task<TestGateway> StartGatewayAsync(TimeProvider? clock = null, params (string Key, string Value)[] more)
    {
        var configuration = new Dictionary<string, string?> { ["Optimization:Models:Model"] = "gpt-4.1-nano" };
        foreach (var (key, value) in more)
            configuration[key] = value;
        return TestGateway.StartAsync(
            Upstream.Environment,
            configuration: configuration,
            change: clock is null
                ? null
                : builder =>
                    Microsoft.Extensions.DependencyInjection.ServiceCollectionServiceExtensions.AddSingleton(builder.Services, clock)
        );
    }

    public static string Rewrite(string improved, double confidence = 0.9) =>
        JsonSerializer.Serialize(
            new
            {
                improved_prompt = improved,
                changes = new[] { "Named the form." },
                confidence,
            }
        );

    public static string Response(string text) =>
        Response(
            new JsonObject
            {
                ["type"] = "output_text",
                ["text"] = text,
                ["annotations"] = new JsonArray(),
            }
        );

    public static string Refusal => Response(new JsonObject { ["type"] = "refusal", ["refusal"] = "I cannot help with that." });

    private static string Response(JsonObject part) =>
        new JsonObject
        {
            ["id"] = "resp_1",
            ["object"] = "response",
            ["created_at"] = 1700000000,
            ["status"] = "completed",
            ["model"] = "gpt-4.1-nano-2025-04-14",
            ["output"] = new JsonArray(
                new JsonObject
                {
                    ["type"] = "message",
                    ["id"] = "msg_1",
                    ["status"] = "completed",
                    ["role"] = "assistant",
                    ["content"] = new JsonArray(part),
                }
            ),
            ["usage"] = new JsonObject
            {
                ["input_tokens"] = 300,
                ["input_tokens_details"] = new JsonObject { ["cached_tokens"] = 0 },
                ["output_tokens"] = 50,
                ["output_tokens_details"] = new JsonObject { ["reasoning_tokens"] = 0 },
                ["total_tokens"] = 350,
            },
        }.ToJsonString();

    public static string Chat(params string[] turns)
    {
        var messages = new JsonArray();
        foreach (var (index, turn) in turns.Index())
            messages.Add(new JsonObject { ["role"] = index % 2 == 0 ? "user" : "assistant", ["content"] = turn });
        return new JsonObject { ["model"] = "gpt-4o-mini", ["messages"] = messages }.ToJsonString();
    }

    public static async Task<HttpResponseMessage> SendAsync(TestGateway gateway, string body, string policy = "rewrite")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = AgentPrompts.Body(body) };
        request.Headers.Add("X-PromptGateway-Optimize", policy);
        return await gateway.Client.SendAsync(request);
    }

    /// <summary>The text of a message as the answering upstream got it last.</summary>
    public string Sent(int message = 0) => JsonNode.Parse(Answered[^1].Text)!["messages"]![message]!["content"]!.GetValue<string>();

    public ValueTask DisposeAsync() => Upstream.DisposeAsync();
}
