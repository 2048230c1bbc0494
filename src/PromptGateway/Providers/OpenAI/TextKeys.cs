namespace PromptGateway.Providers.OpenAI;

/// <summary>Members of a chat chunk that hold generated text, quoted as they stand in the bytes.</summary>
internal static class TextKeys
{
    public static readonly byte[][] Chat =
    [
        "\"content\""u8.ToArray(),
        "\"arguments\""u8.ToArray(),
        "\"reasoning_content\""u8.ToArray(),
        "\"text\""u8.ToArray(),
    ];

    /// <summary>
    /// Looked for where none of those is: reasoning as vLLM, Ollama, Groq and OpenRouter name it, refusals, input of custom tools, words of
    /// spoken answers.
    /// </summary>
    public static readonly byte[][] ChatSeldom =
    [
        "\"reasoning\""u8.ToArray(),
        "\"refusal\""u8.ToArray(),
        "\"input\""u8.ToArray(),
        "\"transcript\""u8.ToArray(),
    ];
}
