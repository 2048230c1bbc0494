using System.Text.Json;
using PromptGateway.Json;
using PromptGateway.Tokens;

namespace PromptGateway.Prompts.Preview;

/// <summary>The three request formats by name, and how a payload that comes without its path is told apart.</summary>
internal static class PromptFormats
{
    public const string Names = "chat, responses, messages";

    /// <summary>Members that only the chat completions API has.</summary>
    private static readonly string[] ChatMembers =
    [
        "n",
        "stop",
        "response_format",
        "max_completion_tokens",
        "stream_options",
        "functions",
        "frequency_penalty",
        "presence_penalty",
        "logprobs",
        "seed",
        "reasoning_effort",
    ];

    /// <summary>Members that only Anthropic's API has.</summary>
    private static readonly string[] MessagesMembers = ["system", "stop_sequences", "thinking", "top_k", "anthropic_version"];

    public static string NameOf(RequestFormat format) =>
        format switch
        {
            RequestFormat.Responses => "responses",
            RequestFormat.Messages => "messages",
            _ => "chat",
        };

    public static bool TryParse(string name, out RequestFormat format)
    {
        (format, var known) = name switch
        {
            "chat" => (RequestFormat.ChatCompletions, true),
            "responses" => (RequestFormat.Responses, true),
            "messages" => (RequestFormat.Messages, true),
            _ => (default, false),
        };
        return known;
    }

    /// <summary>
    /// Tells by the members: <c>input</c> is a responses payload, <c>messages</c> one of the other two, which differ in what the rest of
    /// the payload uses; where nothing differs, both formats mean the same and it counts as chat.
    /// </summary>
    /// <param name="body">A checked JSON object.</param>
    /// <param name="members">Its members.</param>
    /// <returns>Null when it is none of the three.</returns>
    public static RequestFormat? Detect(ReadOnlySpan<byte> body, JsonMemberList members)
    {
        var hasMessages = members.TryFind(body, "messages"u8, out var messages) && messages.Kind == JsonValueKind.Array;
        var hasInput = members.TryFind(body, "input"u8, out var input) && input.Kind is JsonValueKind.Array or JsonValueKind.String;
        if (hasMessages == hasInput)
            return null;
        if (hasInput)
            return RequestFormat.Responses;
        // With its quotes a name or value stands nowhere but as itself: inside a text the quotes are escaped.
        if (
            Says(body, "\"tool_call_id\""u8)
            || Says(body, "\"tool_calls\""u8)
            || Says(body, "\"image_url\""u8)
            || HasOne(body, members, ChatMembers)
        )
            return RequestFormat.ChatCompletions;
        return
            Says(body, "\"tool_use_id\""u8)
            || Says(body, "\"tool_use\""u8)
            || Says(body, "\"input_schema\""u8)
            || HasOne(body, members, MessagesMembers)
            ? RequestFormat.Messages
            : RequestFormat.ChatCompletions;
    }

    /// <summary>Whether a payload can be one of a format that somebody has named: nothing would be found in another one, and nothing said of it.</summary>
    public static bool Fits(ReadOnlySpan<byte> body, JsonMemberList members, RequestFormat format)
    {
        var hasMessages = members.TryFind(body, "messages"u8, out var messages);
        if (format != RequestFormat.Responses)
            return hasMessages && messages.Kind == JsonValueKind.Array;
        // What is asked may stand in a stored prompt, or come from an earlier response.
        return members.TryFind(body, "input"u8, out var input) ? input.Kind is JsonValueKind.Array or JsonValueKind.String : !hasMessages;
    }

    private static bool Says(ReadOnlySpan<byte> body, ReadOnlySpan<byte> token) => body.IndexOf(token) >= 0;

    private static bool HasOne(ReadOnlySpan<byte> body, JsonMemberList members, string[] names)
    {
        foreach (var name in names)
            if (members.IndexOf(body, System.Text.Encoding.UTF8.GetBytes(name)) >= 0)
                return true;
        return false;
    }
}
