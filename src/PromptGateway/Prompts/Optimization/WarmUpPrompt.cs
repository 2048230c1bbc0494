using System.Globalization;
using System.Text;
using System.Text.Json;
using PromptGateway.Tokens;

namespace PromptGateway.Prompts.Optimization;

/// <summary>
/// A made-up conversation of an agent, about 40 KB, in which every built-in transform finds something: rows of JSON, logs, colour codes,
/// repeated results, and enough of them for old ones to be masked.
/// </summary>
internal static class WarmUpPrompt
{
    private const int Steps = 32;

    /// <exception cref="ArgumentOutOfRangeException">The format carries no conversation.</exception>
    public static byte[] Of(RequestFormat format) =>
        Encoding.UTF8.GetBytes(
            format switch
            {
                RequestFormat.ChatCompletions =>
                    $$$"""{"model":"m","messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"Look."},{{{All(ChatStep)}}}]}""",
                RequestFormat.Responses =>
                    $$$"""{"model":"m","instructions":"Be brief.","input":[{"role":"user","content":"Look."},{{{All(ResponsesStep)}}}]}""",
                RequestFormat.Messages =>
                    $$$"""{"model":"m","max_tokens":9,"system":"Be brief.","messages":[{"role":"user","content":"Look."},{{{All(MessagesStep)}}}]}""",
                _ => throw new ArgumentOutOfRangeException(nameof(format), format, "has no conversation"),
            }
        );

    private static string All(Func<int, string, string> step) =>
        string.Join(',', Enumerable.Range(0, Steps).Select(number => step(number, JsonEncodedText.Encode(Result(number)).ToString())));

    private static string ChatStep(int number, string result) =>
        $$$"""
            {"role":"assistant","content":null,"tool_calls":[{"id":"c{{{number}}}","type":"function","function":{"name":"get","arguments":"{\"n\":{{{number}}}}"}}]},
            {"role":"tool","tool_call_id":"c{{{number}}}","content":"{{{result}}}"}
            """;

    private static string ResponsesStep(int number, string result) =>
        $$$"""
            {"type":"function_call","call_id":"c{{{number}}}","name":"get","arguments":"{\"n\":{{{number}}}}"},
            {"type":"function_call_output","call_id":"c{{{number}}}","output":"{{{result}}}"}
            """;

    private static string MessagesStep(int number, string result) =>
        $$$"""
            {"role":"assistant","content":[{"type":"tool_use","id":"c{{{number}}}","name":"get","input":{"n":{{{number}}}}}]},
            {"role":"user","content":[{"type":"tool_result","tool_use_id":"c{{{number}}}","content":"{{{result}}}"}]}
            """;

    private static string Result(int number) =>
        (number < Steps - 2 ? number % 6 : 5) switch
        {
            0 => "[\n"
                + Lines(12, ",\n", i => $$"""  { "id": {{i + number}}, "name": "item {{i}}", "price": {{i}}.50, "tags": ["a"] }""")
                + "\n]",
            1 => Lines(20, "\n", i => $"2026-01-01T10:{i:00}:{number:00}Z INFO  worker-{i} took job {i * 37} from queue main"),
            2 => "\u001b[32mpassed\u001b[0m  \r\n" + Lines(12, "\n\n\n", i => $"A finding about the matter {i + number} at hand.   "),
            3 => Lines(12, "\n", i => $$"""{ "id": {{i}}, "state": "open", "owner": "team {{i + number}}" }"""),
            4 => $"Step {number}\n\n```json\n{{ \"a\" : [ 1, 2 ],\n  \"b\" : \"c {number}\" }}\n```\n"
                + Lines(8, "\n", i => $"* point {i} of {number}"),
            // The same text again and again, the last two among them, which every policy keeps: it becomes a reference.
            _ => Lines(15, "\n", i => $"Paragraph {i} of a page that the tool gives again and again, word by word."),
        };

    private static string Lines(int count, string separator, Func<int, FormattableString> line) =>
        string.Join(separator, Enumerable.Range(1, count).Select(number => line(number).ToString(CultureInfo.InvariantCulture)));
}
