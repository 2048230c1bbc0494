using System.Buffers;
using System.Text;

namespace PromptGateway.Providers.OpenAI;

/// <summary>The last event of a Responses stream that is cut at its limit: <c>response.incomplete</c>, reason <c>max_output_tokens</c>.</summary>
internal static class ResponseFinish
{
    private const int LongestId = 256;

    /// <summary>Of a <c>response.created</c> event, in which the response's own id is the first.</summary>
    public static string? FindId(ReadOnlySpan<byte> data) =>
        FastJson.TryFindValue(data, "\"id\""u8, out var value) && FastJson.TryString(value, out var id) && id.Length is > 0 and <= LongestId
            ? Encoding.UTF8.GetString(id)
            : null;

    public static void Write(IBufferWriter<byte> output, ReadOnlySpan<byte> lastEvent, in StreamFacts facts, long outputTokens)
    {
        var (sequence, id, model, input) = (facts.Events, facts.ResponseId ?? "", facts.Model, facts.Usage.InputTokens);
        if (FastJson.TryFindValue(lastEvent, "\"sequence_number\""u8, out var number) && TryNumber(number, out var last))
            sequence = last + 1;
        StreamError.Write(
            output,
            "response.incomplete"u8,
            json =>
            {
                json.WriteStartObject();
                json.WriteString("type", "response.incomplete");
                json.WriteNumber("sequence_number", sequence);
                json.WriteStartObject("response");
                json.WriteString("id", id);
                json.WriteString("object", "response");
                json.WriteString("status", "incomplete");
                json.WriteStartObject("incomplete_details");
                json.WriteString("reason", "max_output_tokens");
                json.WriteEndObject();
                json.WriteString("model", model);
                json.WriteStartArray("output");
                json.WriteEndArray();
                json.WriteStartObject("usage");
                json.WriteNumber("input_tokens", input);
                json.WriteNumber("output_tokens", outputTokens);
                json.WriteNumber("total_tokens", input + outputTokens);
                json.WriteEndObject();
                json.WriteEndObject();
                json.WriteEndObject();
            }
        );
    }

    private static bool TryNumber(ReadOnlySpan<byte> text, out int number) =>
        System.Buffers.Text.Utf8Parser.TryParse(text, out number, out _);
}
