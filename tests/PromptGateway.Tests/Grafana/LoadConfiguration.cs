using System.Text.Json.Nodes;
using PromptGateway.Tests.Prompts;

namespace PromptGateway.Tests.Grafana;

/// <summary>How the gateway under simulated load is set up: with budgets, limits, and optimization that is on, in an experiment, and in shadow.</summary>
internal static class LoadConfiguration
{
    public static readonly Dictionary<string, string?> Settings = new()
    {
        ["Budgets:Rules:0:Scope"] = "team",
        ["Budgets:Rules:0:Match"] = "*",
        ["Budgets:Rules:0:Usd"] = "0.01",
        ["Budgets:Rules:0:Per"] = "month",
        ["Budgets:Rules:0:Mode"] = "soft",
        ["Budgets:Rules:1:Scope"] = "gateway",
        ["Budgets:Rules:1:Match"] = "*",
        ["Budgets:Rules:1:Tokens"] = "100000",
        ["Budgets:Rules:1:Per"] = "day",
        ["Budgets:Rules:1:Mode"] = "soft",
        ["RateLimits:0:Scope"] = "upstream",
        ["RateLimits:0:Match"] = "main",
        ["RateLimits:0:Concurrent"] = "50",
        ["RateLimits:1:Scope"] = "team",
        ["RateLimits:1:Match"] = "*",
        ["RateLimits:1:Tokens"] = "100000000",
        ["RateLimits:1:Per"] = "hour",
        // One at a time, the next one waits.
        ["RateLimits:2:Scope"] = "key",
        ["RateLimits:2:Match"] = "app",
        ["RateLimits:2:Concurrent"] = "1",
        ["RateLimits:2:QueueMs"] = "10000",
        ["Optimization:Shadow:Policy"] = "lossless",
        ["Optimization:Shadow:Share"] = "1",
        ["Optimization:Rules:0:Team"] = "search",
        ["Optimization:Rules:0:Policy"] = "lossless",
        ["Optimization:Rules:0:Mode"] = "on",
        ["Optimization:Rules:1:Key"] = "batch",
        ["Optimization:Rules:1:Policy"] = "lossless",
        ["Optimization:Rules:1:Mode"] = "experiment",
        ["Optimization:Policies:lossless:ControlShare"] = "0.5",
    };

    /// <summary>A conversation of its own each time, with a tool's answer in it that can be written shorter without losing anything.</summary>
    public static JsonArray ConversationOf(int number) =>
        new(
            new JsonObject
            {
                ["role"] = "user",
                ["content"] = $"Question {number}: which of these orders are open? {RandomPrompts.Manual}",
            },
            JsonNode.Parse(
                """{"role":"assistant","content":null,"tool_calls":[{"id":"call_1","type":"function","function":{"name":"orders","arguments":"{}"}}]}"""
            ),
            new JsonObject
            {
                ["role"] = "tool",
                ["tool_call_id"] = "call_1",
                ["content"] = $"[\n{Rows}\n]",
            }
        );

    private static readonly string Rows = string.Join(
        ",\n",
        Enumerable
            .Range(1, 60)
            .Select(i => $$"""    { "order": {{i}}, "customer": "customer {{i % 7}}", "state": "open", "amount": {{i * 10}} }""")
    );
}
