using System.Globalization;
using System.Text;

namespace PromptGateway.Benchmarks;

/// <summary>Bodies of a given size, like those that pass a gateway.</summary>
internal static class JsonSamples
{
    /// <summary>A stream chunk as OpenAI sends it, 322 bytes.</summary>
    public static readonly byte[] Chunk = Encoding.UTF8.GetBytes(
        """{"id":"chatcmpl-AbCdEfGhIjKlMnOpQrStUvWxYz012","object":"chat.completion.chunk","created":1732000000,"model":"gpt-4o-mini-2024-07-18","service_tier":"default","system_fingerprint":"fp_0123456789","choices":[{"index":0,"delta":{"content":" hello"},"logprobs":null,"finish_reason":null}],"usage":null,"obfuscation":"abcdef"}"""
    );

    private const string Sentence =
        "The quick brown fox jumps over the lazy dog, and then it said: \\\"hello\\\"\\nSo the prompt went on. ";

    /// <summary>A chat request: long strings, with the fields that the gateway needs behind them.</summary>
    public static byte[] ChatRequest(int size) =>
        Sized(
            size,
            """{"messages":[{"role":"system","content":"You are helpful."},{"role":"user","content":" """,
            Sentence,
            """ "}],"model":"gpt-4o-mini","stream":true,"max_tokens":256,"temperature":0.7,"user":"someone"}"""
        );

    /// <summary>A whole chat answer, with the usage at its end.</summary>
    public static byte[] ChatResponse(int size) =>
        Sized(
            size,
            """{"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"gpt","choices":[{"index":0,"message":{"role":"assistant","content":" """,
            Sentence,
            """ "},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}}"""
        );

    /// <summary>A request made of small tokens: tool definitions.</summary>
    public static byte[] ToolRequest(int size) =>
        Sized(
            size,
            """{"model":"gpt-4o-mini","tools":[""",
            """{"type":"function","function":{"name":"get","parameters":{"type":"object","properties":{"a":{"type":"string"}},"required":["a"]}}},""",
            """{}]}"""
        );

    /// <summary>An embeddings answer: an array of numbers.</summary>
    public static byte[] Embeddings(int size)
    {
        var random = new Random(1);
        var text = new StringBuilder("""{"object":"list","data":[{"object":"embedding","index":0,"embedding":[""");
        while (text.Length < size - 80)
            text.Append((random.NextDouble() * 2 - 1).ToString("R", CultureInfo.InvariantCulture)).Append(',');
        return Encoding.UTF8.GetBytes(text.Append("""0]}],"model":"e","usage":{"prompt_tokens":8,"total_tokens":8}}""").ToString());
    }

    private static byte[] Sized(int size, string head, string repeated, string tail)
    {
        var text = new StringBuilder(head);
        while (text.Length < size - tail.Length - repeated.Length)
            text.Append(repeated);
        return Encoding.UTF8.GetBytes(text.Append(tail).ToString());
    }
}
