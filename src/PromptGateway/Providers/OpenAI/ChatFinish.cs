using System.Buffers;
using System.Text.Json;
using PromptGateway.Json;

namespace PromptGateway.Providers.OpenAI;

/// <summary>The last chunk of a chat or completion stream that is cut at its limit: <c>finish_reason: "length"</c> for each choice.</summary>
internal static class ChatFinish
{
    private static readonly JsonEncodedText[] Repeated =
    [
        JsonEncodedText.Encode("id"),
        JsonEncodedText.Encode("object"),
        JsonEncodedText.Encode("created"),
        JsonEncodedText.Encode("model"),
    ];

    /// <param name="output">Takes one event.</param>
    /// <param name="lastChunk">What all chunks of the stream have in common is taken from it.</param>
    /// <param name="choices">How many answers the stream holds.</param>
    public static void Write(IBufferWriter<byte> output, ReadOnlySpan<byte> lastChunk, int choices)
    {
        // Copied: a span cannot be used inside the callback.
        var chunk = lastChunk.ToArray();
        StreamError.Write(
            output,
            default,
            json =>
            {
                json.WriteStartObject();
                foreach (var name in Repeated)
                    Repeat(json, chunk, name);
                json.WriteStartArray("choices");
                for (var index = 0; index < choices; index++)
                    WriteChoice(json, index, IsLegacy(chunk));
                json.WriteEndArray();
                json.WriteEndObject();
            }
        );
    }

    private static void WriteChoice(Utf8JsonWriter json, int index, bool legacy)
    {
        json.WriteStartObject();
        json.WriteNumber("index", index);
        if (legacy)
            json.WriteString("text", "");
        else
        {
            json.WriteStartObject("delta");
            json.WriteEndObject();
        }
        json.WriteNull("logprobs");
        json.WriteString("finish_reason", "length");
        json.WriteEndObject();
    }

    private static void Repeat(Utf8JsonWriter json, ReadOnlySpan<byte> chunk, JsonEncodedText name)
    {
        if (!JsonMemberFind.TryFindTopLevel(chunk, name.EncodedUtf8Bytes, out var member))
            return;
        json.WritePropertyName(name);
        json.WriteRawValue(member.RawValue(chunk));
    }

    private static bool IsLegacy(ReadOnlySpan<byte> chunk) =>
        FastJson.TryFindValue(chunk, "\"object\""u8, out var kind) && kind.StartsWith("\"text_completion\""u8);
}
