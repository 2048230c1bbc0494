using PromptGateway.Chat;

namespace PromptGateway.Providers.OpenAI;

/// <summary>OpenAI and everything that speaks its API. The base address ends in <c>/v1</c> (or in what stands for it), as in the SDKs.</summary>
internal sealed class OpenAIProvider : IProvider
{
    public string Name => "openai";

    public IReadOnlyList<string> DefaultModels { get; } =
    [
        "gpt-*",
        "chatgpt-*",
        "o1*",
        "o3*",
        "o4*",
        "codex-*",
        "computer-use-*",
        "text-embedding-*",
        "text-moderation-*",
        "omni-moderation-*",
        "whisper-*",
        "tts-*",
        "dall-e-*",
        "davinci-*",
        "babbage-*",
        "sora-*",
        "ft:*",
    ];

    public Uri DefaultAddress { get; } = new("https://api.openai.com/v1");

    public bool Speaks(Dialect dialect) => dialect == Dialect.OpenAI;

    public string MapPath(string path) => path[3..];

    public void Authorize(HttpRequestMessage request, string secret) =>
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + secret);
}
