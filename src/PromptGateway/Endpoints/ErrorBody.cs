using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using PromptGateway.Chat;
using PromptGateway.Providers.Anthropic;

namespace PromptGateway.Endpoints;

/// <summary>The JSON of an error in each dialect (wire.md: OpenAI has all four keys always, Anthropic names the request id).</summary>
internal static class ErrorBody
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Write(IBufferWriter<byte> output, Rejection rejection, Dialect dialect, string? requestId)
    {
        using var json = new Utf8JsonWriter(output, Options);
        if (dialect == Dialect.Anthropic)
            WriteAnthropic(json, rejection, requestId);
        else
            WriteOpenAI(json, rejection);
    }

    private static void WriteOpenAI(Utf8JsonWriter json, Rejection rejection)
    {
        json.WriteStartObject();
        json.WriteStartObject("error");
        json.WriteString("message", rejection.Message);
        json.WriteString("type", rejection.Type);
        json.WriteString("param", rejection.Param);
        json.WriteString("code", rejection.Code);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteAnthropic(Utf8JsonWriter json, Rejection rejection, string? requestId)
    {
        json.WriteStartObject();
        json.WriteString("type", "error");
        json.WriteStartObject("error");
        json.WriteString("type", AnthropicErrorType.Of(rejection.Status));
        json.WriteString("message", rejection.Message);
        json.WriteStartObject("details");
        json.WriteString("code", rejection.Code);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteString("request_id", requestId);
        json.WriteEndObject();
    }
}
