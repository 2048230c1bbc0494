using System.Text.Json;
using PromptGateway.Chat;

namespace PromptGateway.Forwarding.Heartbeats;

/// <summary>Turns an answer that came too late to be sent as it is into what an error event says.</summary>
internal static class KeptError
{
    public static Rejection Read(int status, IHeaderDictionary headers, ReadOnlySpan<byte> body)
    {
        if (status < 400)
            return new(
                502,
                "server_error",
                "upstream_not_streaming",
                $"The upstream answered with status {status} and '{headers.ContentType}', which is not a stream."
            );
        var standard = new Rejection(
            status,
            status >= 500 ? "server_error" : "invalid_request_error",
            "upstream_error",
            $"The request was answered with status {status}."
        );
        try
        {
            var reader = new Utf8JsonReader(body);
            using var json = JsonDocument.ParseValue(ref reader);
            return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("error", out var error)
                ? FromJson(standard, error)
                : standard;
        }
        catch (JsonException)
        {
            return standard;
        }
    }

    /// <summary>OpenAI's and Anthropic's errors share these members; some upstreams send a bare text.</summary>
    private static Rejection FromJson(Rejection standard, JsonElement error)
    {
        if (error.ValueKind == JsonValueKind.String)
            return standard with { Message = error.GetString()! };
        return new Rejection(
            standard.Status,
            Text(error, "type") ?? standard.Type,
            Text(error, "code") ?? standard.Code,
            Text(error, "message") ?? standard.Message
        )
        {
            Param = Text(error, "param"),
        };
    }

    private static string? Text(JsonElement error, string name) =>
        error.ValueKind == JsonValueKind.Object && error.TryGetProperty(name, out var value)
            ? value.ValueKind switch
            {
                JsonValueKind.String => value.GetString(),
                // OpenRouter and vLLM send numbers as codes.
                JsonValueKind.Number => value.GetRawText(),
                _ => null,
            }
            : null;
}
