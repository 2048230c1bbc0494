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
}
