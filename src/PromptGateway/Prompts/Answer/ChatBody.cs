using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace PromptGateway.Prompts.Answer;

/// <summary>The chat request that a prompt alone becomes.</summary>
internal static class ChatBody
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Write(PromptAnswerRequest request)
    {
        var output = new ArrayBufferWriter<byte>(request.Prompt.Length + 512);
        using (var json = new Utf8JsonWriter(output, Options))
        {
            json.WriteStartObject();
            json.WriteString("model", request.Model);
            json.WriteStartArray("messages");
            if (request.System is { Length: > 0 } system)
                Message(json, "system", system);
            Message(json, "user", request.Prompt);
            json.WriteEndArray();
            if (request.ReasoningEffort is { } effort)
                json.WriteString("reasoning_effort", effort);
            if (request.MaxOutputTokens is { } most)
                json.WriteNumber("max_completion_tokens", most);
            if (request.Stream)
            {
                json.WriteBoolean("stream", true);
                json.WriteStartObject("stream_options");
                json.WriteBoolean("include_usage", true);
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        return output.WrittenSpan.ToArray();
    }

    private static void Message(Utf8JsonWriter json, string role, string text)
    {
        json.WriteStartObject();
        json.WriteString("role", role);
        json.WriteString("content", text);
        json.WriteEndObject();
    }
}
