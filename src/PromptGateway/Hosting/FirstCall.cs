using PromptGateway.Chat;
using PromptGateway.Routing;

namespace PromptGateway.Hosting;

/// <summary>A command that calls a model which the gateway serves, in the API of its upstream; it works as it is printed.</summary>
internal static class FirstCall
{
    private const string Messages = "\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]";

    /// <summary>Models that take no chat, by what is usual in their names.</summary>
    private static readonly string[] NotForChat = ["embed", "whisper", "tts", "transcribe", "image", "dall-e", "moderation", "realtime"];

    public static string Command(string apiAddress, CatalogSnapshot catalog, string key)
    {
        if (Model(catalog, Dialect.OpenAI, "gpt-4o-mini") is null && Model(catalog, Dialect.Anthropic, "claude-haiku-4-5") is { } claude)
            return $"curl {apiAddress}/v1/messages -H 'x-api-key: {key}' -H 'anthropic-version: 2023-06-01' -H 'Content-Type: application/json' "
                + $"-d '{{\"model\":\"{claude}\",\"max_tokens\":100,{Messages}}}'";
        var model = Model(catalog, Dialect.OpenAI, "gpt-4o-mini") ?? "gpt-4o-mini";
        return $"curl {apiAddress}/v1/chat/completions -H 'Authorization: Bearer {key}' -H 'Content-Type: application/json' "
            + $"-d '{{\"model\":\"{model}\",{Messages}}}'";
    }

    private static string? Model(CatalogSnapshot catalog, Dialect dialect, string usual)
    {
        foreach (var target in catalog.Resolve(usual) is { } found ? found.All : [])
            if (target.Upstream.Provider.Speaks(dialect))
                return usual;
        return catalog
            .ListModels()
            .FirstOrDefault(model =>
                model.Upstream.Provider.Speaks(dialect)
                && !Array.Exists(NotForChat, word => model.Name.Contains(word, StringComparison.OrdinalIgnoreCase))
            )
            ?.Name;
    }
}
