using System.Text.Json;

namespace PromptGateway.Simulator.Formats;

/// <summary>How long a request asks OpenAI's automatic prompt cache to keep it.</summary>
internal static class OpenAICacheLife
{
    public static TimeSpan? Of(JsonElement body)
    {
        if (body.Text("prompt_cache_retention") is "24h")
            return TimeSpan.FromHours(24);
        return body.Member("prompt_cache_options").Text("ttl") is "30m" ? TimeSpan.FromMinutes(30) : null;
    }
}
