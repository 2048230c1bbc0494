using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using PromptGateway.Chat;

namespace PromptGateway.Providers;

/// <summary>Writes an error as one stream event, in one piece and with LF endings (wire.md, trap 10).</summary>
internal static class StreamError
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Write(IBufferWriter<byte> output, ReadOnlySpan<byte> eventName, Action<Utf8JsonWriter> write)
    {
        if (!eventName.IsEmpty)
        {
            output.Write("event: "u8);
            output.Write(eventName);
            output.Write("\n"u8);
        }
        output.Write("data: "u8);
        using (var json = new Utf8JsonWriter(output, Options))
            write(json);
        output.Write("\n\n"u8);
    }

    /// <summary><c>{"error":{...}}</c>: openai-node throws on it; .NET needs the transfer to be cut afterwards too.</summary>
    public static void WriteOpenAI(Utf8JsonWriter json, Rejection rejection)
    {
        json.WriteStartObject();
        json.WriteStartObject("error");
        WriteMembers(json, rejection);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    public static void WriteMembers(Utf8JsonWriter json, Rejection rejection)
    {
        json.WriteString("message", rejection.Message);
        json.WriteString("type", rejection.Type);
        json.WriteString("param", rejection.Param);
        json.WriteString("code", rejection.Code);
    }
}
