using PromptGateway.Chat;

namespace PromptGateway.Providers.Anthropic;

/// <summary>Anthropic's own API. The base address does not contain <c>/v1</c>, as in its SDKs.</summary>
internal sealed class AnthropicProvider : IProvider
{
    public string Name => "anthropic";

    public IReadOnlyList<string> DefaultModels { get; } = ["claude-*"];

    public Uri DefaultAddress { get; } = new("https://api.anthropic.com");

    public bool Speaks(Dialect dialect) => dialect == Dialect.Anthropic;

    public string MapPath(string path) => path;

    /// <summary>Either header works; when both arrive the API prefers <c>x-api-key</c> (wire.md, trap 8).</summary>
    public void Authorize(HttpRequestMessage request, string secret)
    {
        request.Headers.TryAddWithoutValidation("x-api-key", secret);
        if (!request.Headers.NonValidated.Contains("anthropic-version"))
            request.Headers.TryAddWithoutValidation("anthropic-version", "2023-06-01");
    }
}
