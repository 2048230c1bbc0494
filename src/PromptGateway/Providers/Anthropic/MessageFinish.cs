using System.Buffers;
using System.Buffers.Text;

namespace PromptGateway.Providers.Anthropic;

/// <summary>
/// The end of a message that is cut at its limit: the open content block is closed, <c>message_delta</c> says <c>max_tokens</c>.
/// </summary>
internal static class MessageFinish
{
    /// <param name="output">Takes the events.</param>
    /// <param name="lastEvent">If it belongs to a content block, that block is open.</param>
    /// <param name="outputTokens">Generated so far, estimated; the SDKs throw when it is missing.</param>
    public static void Write(IBufferWriter<byte> output, ReadOnlySpan<byte> lastEvent, long outputTokens)
    {
        if (
            lastEvent.IndexOf("\"content_block_stop\""u8) < 0
            && FastJson.TryFindValue(lastEvent, "\"index\""u8, out var value)
            && Utf8Parser.TryParse(value, out int index, out _)
        )
            StreamError.Write(
                output,
                "content_block_stop"u8,
                json =>
                {
                    json.WriteStartObject();
                    json.WriteString("type", "content_block_stop");
                    json.WriteNumber("index", index);
                    json.WriteEndObject();
                }
            );
        StreamError.Write(
            output,
            "message_delta"u8,
            json =>
            {
                json.WriteStartObject();
                json.WriteString("type", "message_delta");
                json.WriteStartObject("delta");
                json.WriteString("stop_reason", "max_tokens");
                json.WriteNull("stop_sequence");
                json.WriteEndObject();
                json.WriteStartObject("usage");
                json.WriteNumber("output_tokens", outputTokens);
                json.WriteEndObject();
                json.WriteEndObject();
            }
        );
    }
}
