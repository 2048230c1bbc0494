using PromptGateway.Chat;
using PromptGateway.Routing;

namespace PromptGateway.Hosting;

/// <summary>A command that calls a model which the gateway serves, in the API of its upstream; it works as it is printed.</summary>
internal static class FirstCall
{
    private const string Messages = "\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]";

    /// <summary>Models that take no chat, by what is usual in their names.</summary>
    private static readonly string[] NotForChat = ["embed", "whisper", "tts", "transcribe", "image", "dall-e", "moderation", "realtime"];

    /// <param name="apiAddress">Without <c>/v1</c>.</param>
    /// <param name="catalog">What is served.</param>
    /// <param name="key">A key of the gateway; null: callers bring their own to upstreams that take them.</param>
    public static string Command(string apiAddress, CatalogSnapshot catalog, string? key)
    {
        var chat = Find(catalog, Dialect.OpenAI, "gpt-4o-mini");
        if (chat is null && Find(catalog, Dialect.Anthropic, "claude-haiku-4-5") is { } claude)
            return $"curl {apiAddress}/v1/messages -H {Header("x-api-key: ", key, "ANTHROPIC_API_KEY")} -H 'anthropic-version: 2023-06-01' "
                + $"-H 'Content-Type: application/json' -d '{{\"model\":\"{claude}\",\"max_tokens\":100,{Messages}}}'";
        return $"curl {apiAddress}/v1/chat/completions -H {Header("Authorization: Bearer ", key, "OPENAI_API_KEY")} "
            + $"-H 'Content-Type: application/json' -d '{{\"model\":\"{chat ?? "gpt-4o-mini"}\",{Messages}}}'";
    }

    private static string Header(string start, string? key, string variable) => key is null ? $"\"{start}${variable}\"" : $"'{start}{key}'";

    private static string? Find(CatalogSnapshot catalog, Dialect dialect, string usual)
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
