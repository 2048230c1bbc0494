using System.Buffers;
using PromptGateway.Chat;

namespace PromptGateway.Providers.Anthropic;

/// <summary>Anthropic Messages (wire.md section c).</summary>
internal sealed class MessagesFormat : IWireFormat
{
    private static readonly byte[][] TextKeys = ["\"text\""u8.ToArray(), "\"partial_json\""u8.ToArray(), "\"thinking\""u8.ToArray()];

    public bool EndsExplicitly => true;

    public void ReadEvent(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data, ref StreamFacts facts)
    {
        facts.Events++;
        // The data say it too; some who speak this API leave the event line out.
        if (name.IsEmpty && FastJson.TryFindValue(data, "\"type\""u8, out var value))
            FastJson.TryString(value, out name);
        if (name.SequenceEqual("content_block_delta"u8))
            CountText(data, ref facts);
        else if (name.SequenceEqual("message_start"u8))
        {
            facts.Model = ModelName.Find(data);
            ResponseId.Find(data, ref facts);
            ReadUsage(data, ref facts);
        }
        else if (name.SequenceEqual("message_delta"u8))
            ReadUsage(data, ref facts);
        else if (name.SequenceEqual("message_stop"u8))
            facts.Finished = facts.Ended = true;
        else if (name.SequenceEqual("error"u8))
            facts.Failed = true;
    }

    private void ReadUsage(ReadOnlySpan<byte> data, ref StreamFacts facts)
    {
        if (FastJson.TryFindValue(data, "\"usage\""u8, out var usage) && usage.StartsWith("{"u8))
            facts.HasUsage |= TryReadUsage(usage, ref facts.Usage);
    }

    private static void CountText(ReadOnlySpan<byte> data, ref StreamFacts facts)
    {
        facts.TextEvents++;
        foreach (var key in TextKeys)
            if (FastJson.TryFindValue(data, key, out var value) && FastJson.TryString(value, out var text))
                facts.TextBytes += text.Length;
    }

    public bool TryReadUsage(ReadOnlySpan<byte> json, ref TokenUsage usage) => AnthropicUsage.TryMerge(json, ref usage);

    public void WriteError(IBufferWriter<byte> output, Rejection rejection, in StreamFacts facts) =>
        StreamError.Write(
            output,
            "error"u8,
            json =>
            {
                json.WriteStartObject();
                json.WriteString("type", "error");
                json.WriteStartObject("error");
                json.WriteString("type", AnthropicErrorType.Of(rejection.Status));
                json.WriteString("message", rejection.Message);
                json.WriteEndObject();
                json.WriteEndObject();
            }
        );

    public void WriteStop(
        IBufferWriter<byte> output,
        ReadOnlySpan<byte> lastEvent,
        Rejection rejection,
        in StreamFacts facts,
        long outputTokens,
        int choices
    )
    {
        MessageFinish.Write(output, lastEvent, outputTokens);
        WriteError(output, rejection, facts);
        output.Write("event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"u8);
    }
}
