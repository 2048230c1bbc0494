using System.Buffers;
using System.Text.Json;

namespace PromptGateway.Logging;

/// <summary>A <see cref="RequestLine"/> as one line of JSON, with the names that <see cref="JsonLine"/> would give it.</summary>
internal static class RequestJsonLine
{
    /// <param name="output">Where the line goes.</param>
    /// <param name="json">A writer to use again, with <see cref="JsonLine.Options"/>.</param>
    /// <param name="line">The line.</param>
    /// <param name="mask">Over what a client may have chosen.</param>
    public static void Write(IBufferWriter<byte> output, Utf8JsonWriter json, in RequestLine line, EventMask mask)
    {
        json.Reset(output);
        json.WriteStartObject();
        json.WriteString("time"u8, line.FinishedAt.UtcDateTime);
        json.WriteString("level"u8, "info"u8);
        json.WriteString("message"u8, "request"u8);
        json.WriteString("category"u8, RequestLog.Category);
        if (line.TraceId is not null)
            json.WriteString("trace_id"u8, line.TraceId);
        json.WriteNumber("status"u8, line.Status);
        json.WriteString("outcome"u8, line.Outcome);
        Text(json, "error_code"u8, line.ErrorCode);
        json.WriteString("operation"u8, line.Operation);
        // The only words here that a client may choose.
        Text(json, "model"u8, mask.Apply(line.Model));
        Text(json, "key_id"u8, line.KeyId);
        json.WriteString("request_id"u8, mask.Apply(line.RequestId));
        json.WriteNumber("duration_ms"u8, RequestLog.Milliseconds(line.Duration));
        if (line.Upstream is not null)
            WriteAnswer(json, in line);
        json.WriteEndObject();
        json.Flush();
        output.Write("\n"u8);
    }

    private static void WriteAnswer(Utf8JsonWriter json, in RequestLine line)
    {
        json.WriteString("upstream"u8, line.Upstream);
        json.WriteNumber("input_tokens"u8, line.InputTokens);
        json.WriteNumber("output_tokens"u8, line.OutputTokens);
        if (line.CostUsd is { } cost)
            json.WriteNumber("cost_usd"u8, cost);
        if (line.FirstToken is { } first)
            json.WriteNumber("first_token_ms"u8, RequestLog.Milliseconds(first));
        json.WriteNumber("attempts"u8, line.Attempts);
        Text(json, "usage_source"u8, line.UsageSource);
        if (line.Policy is not null)
        {
            json.WriteString("policy"u8, line.Policy);
            json.WriteNumber("tokens_saved"u8, line.TokensSaved);
        }
    }

    private static void Text(Utf8JsonWriter json, ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null)
            json.WriteString(name, value);
    }
}
