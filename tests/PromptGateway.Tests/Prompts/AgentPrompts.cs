using System.Text;
using System.Text.Json.Nodes;

namespace PromptGateway.Tests.Prompts;

/// <summary>Conversations of an agent whose tools answer in JSON with white space, as request bodies of each API.</summary>
internal static class AgentPrompts
{
    public const string Pretty =
        "{\n  \"city\": \"Köln\",\n  \"degrees\": 21.50,\n  \"wind\": [1, 2, 3],\n  \"note\": \"keep  the  blanks\"\n}";
    public const string Compact = "{\"city\":\"Köln\",\"degrees\":21.50,\"wind\":[1,2,3],\"note\":\"keep  the  blanks\"}";

    /// <summary>Instructions that make a prompt long enough for providers' caches: shorter ones are left alone.</summary>
    public static string Manual => RandomPrompts.Manual;

    public static string Chat(string result = Pretty, string more = "") =>
        $$$"""
            {"model":"gpt-4o-mini",{{{more}}}"messages":[{"role":"system","content":"Be  brief.\n\n\n\n{{{Manual}}}"},{"role":"user","content":"Weather?  {\n \"a\": 1 }"},
            {"role":"assistant","content":null,"tool_calls":[{"id":"call_1","type":"function","function":{"name":"weather","arguments":"{ \"city\" :  \"Köln\" }"}}]},
            {"role":"tool","tool_call_id":"call_1","content":{{{Literal(result)}}}}] }
            """;

    public static string Responses(string result = Pretty) =>
        $$$"""
            {"model":"gpt-4o-mini","instructions":"Be  brief. {{{Manual}}}","input":[{"role":"user","content":"Weather?"},
            {"type":"function_call","call_id":"c1","name":"weather","arguments":"{ \"city\" :  \"Köln\" }"},
            {"type":"function_call_output","call_id":"c1","output":{{{Literal(result)}}}}]}
            """;

    public static string Messages(string result = Pretty) =>
        $$$"""
            {"model":"claude-sonnet-4-5","max_tokens":100,"system":"Be  brief. {{{Manual}}}","messages":[{"role":"user","content":"Weather?"},
            {"role":"assistant","content":[{"type":"tool_use","id":"t1","name":"weather","input":{ "city" :  "Köln" }}]},
            {"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":{{{Literal(result)}}}}]}]}
            """;

    public static StringContent Body(string json) => new(json, Encoding.UTF8, "application/json");

    public static string Literal(string text) => JsonValue.Create(text).ToJsonString();
}
