using System.Text.Json.Nodes;
using PromptGateway.Tokens;

namespace PromptGateway.Cli.Replay;

/// <summary>What an answer says: its text, or the tool calls in it as JSON when it says nothing else.</summary>
internal static class ReplayText
{
    /// <exception cref="NullReferenceException">It is no answer of this format; as are the other exceptions of looking into JSON.</exception>
    public static string Of(JsonNode answer, RequestFormat format) =>
        format switch
        {
            RequestFormat.Responses => OfParts(answer["output"]!.AsArray(), "function_call", Texts),
            RequestFormat.Messages => OfParts(answer["content"]!.AsArray(), "tool_use", TextOf),
            _ => OfMessage(answer["choices"]![0]!["message"]!),
        };

    private static string OfMessage(JsonNode message) =>
        message["content"]?.GetValue<string>() is { Length: > 0 } text ? text : message["tool_calls"]?.ToJsonString() ?? "";

    private static string OfParts(JsonArray parts, string call, Func<JsonNode, string> textOf)
    {
        var text = string.Concat(parts.Select(part => textOf(part!)));
        if (text.Length > 0)
            return text;
        var calls = parts.Where(part => (string?)part!["type"] == call).Select(part => part!.DeepClone()).ToArray();
        return calls.Length == 0 ? "" : new JsonArray(calls).ToJsonString();
    }

    private static string TextOf(JsonNode part) => (string?)part["type"] is "text" or "output_text" ? part["text"]!.GetValue<string>() : "";

    private static string Texts(JsonNode item) =>
        (string?)item["type"] == "message" ? string.Concat(item["content"]!.AsArray().Select(part => TextOf(part!))) : "";
}
