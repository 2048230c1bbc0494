using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using PromptGateway.Chat;

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
        json.WriteString("type", AnthropicType(rejection));
        json.WriteString("message", rejection.Message);
        json.WriteStartObject("details");
        json.WriteString("code", rejection.Code);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteString("request_id", requestId);
        json.WriteEndObject();
    }

    /// <summary>Anthropic's error type follows from the status (wire.md section c).</summary>
    private static string AnthropicType(Rejection rejection) =>
        rejection.Status switch
        {
            401 => "authentication_error",
            402 => "billing_error",
            403 => "permission_error",
            404 => "not_found_error",
            409 => "conflict_error",
            413 => "request_too_large",
            429 => "rate_limit_error",
            503 or 529 => "overloaded_error",
            504 => "timeout_error",
            >= 500 => "api_error",
            _ => "invalid_request_error",
        };
}
