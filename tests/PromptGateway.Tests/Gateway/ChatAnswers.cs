namespace PromptGateway.Tests.Gateway;

/// <summary>Answers of a provider, as it writes them.</summary>
internal static class ChatAnswers
{
    public const string Usage =
        """{"prompt_tokens":12,"completion_tokens":5,"total_tokens":17,"prompt_tokens_details":{"cached_tokens":4},"completion_tokens_details":{"reasoning_tokens":2}}""";

    public const string Plain =
        """{"id":"chatcmpl-1","object":"chat.completion","created":1700000000,"model":"gpt-4o-mini-2024-07-18","choices":[{"index":0,"message":{"role":"assistant","content":"Hello there","refusal":null},"finish_reason":"stop","logprobs":null}],"usage":"""
        + Usage
        + "}";

    /// <summary>One chunk with text, as an upstream writes it that was asked for usage.</summary>
    public static string Text(string text) => Chunk($$$"""[{"index":0,"delta":{"content":"{{{text}}}"},"finish_reason":null}]""", "null");

    public static string Finish => Chunk("""[{"index":0,"delta":{},"finish_reason":"stop"}]""", "null");

    public static string UsageChunk => Chunk("[]", Usage);

    public const string Done = "data: [DONE]\n\n";

    /// <param name="choices">JSON array.</param>
    /// <param name="usage">JSON value of the <c>usage</c> member; null: no such member.</param>
    public static string Chunk(string choices, string? usage) =>
        """data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1700000000,"model":"gpt-4o-mini-2024-07-18","choices":"""
        + choices
        + (usage is null ? "" : ",\"usage\":" + usage)
        + "}\n\n";
}
