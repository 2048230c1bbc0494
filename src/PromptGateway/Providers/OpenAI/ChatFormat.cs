using System.Buffers;
using System.Text.Json;
using PromptGateway.Chat;
using PromptGateway.Json;

namespace PromptGateway.Providers.OpenAI;

/// <summary>Chat completions and legacy completions (wire.md section a).</summary>
internal sealed class ChatFormat : IWireFormat
{
    public bool EndsExplicitly => true;

    public void ReadEvent(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data, ref StreamFacts facts)
    {
        facts.Events++;
        if (data.SequenceEqual("[DONE]"u8))
        {
            facts.Finished = facts.Ended = true;
            return;
        }
        ResponseId.Find(data, ref facts);
        if (facts.Model is null)
            facts.Model = ModelName.Find(data);
        var hasText = CountText(data, ref facts);
        if (FastJson.TryFindValue(data, "\"finish_reason\""u8, out var reason) && reason.StartsWith("\""u8) && !reason.StartsWith("\"\""u8))
            facts.Finished = true;
        // Groq puts usage into x_groq.usage, which this finds as well; null is not usage.
        if (FastJson.TryFindValue(data, "\"usage\""u8, out var usage))
        {
            facts.SawUsage = true;
            if (usage.StartsWith("{"u8))
                facts.HasUsage |= TryReadUsage(usage, ref facts.Usage);
        }
        // Only at the top: Azure reports a filter that did not run as an "error" of one choice.
        if (!hasText && JsonMemberFind.TryFindTopLevel(data, "error"u8, out var error) && error.Kind != JsonValueKind.Null)
            facts.Failed = true;
    }

    private static bool CountText(ReadOnlySpan<byte> data, ref StreamFacts facts)
    {
        var bytes = TextOf(data, TextKeys.Chat);
        if (bytes == 0)
            bytes = TextOf(data, TextKeys.ChatSeldom);
        if (bytes == 0)
            return false;
        facts.TextBytes += bytes;
        facts.TextEvents++;
        return true;
    }

    private static int TextOf(ReadOnlySpan<byte> data, byte[][] keys)
    {
        var bytes = 0;
        foreach (var key in keys)
            if (FastJson.TryFindValue(data, key, out var value) && FastJson.TryString(value, out var text))
                bytes += text.Length;
        return bytes;
    }

    public bool TryReadUsage(ReadOnlySpan<byte> json, ref TokenUsage usage) => OpenAIUsage.TryRead(json, ref usage);

    public void WriteError(IBufferWriter<byte> output, Rejection rejection, in StreamFacts facts) =>
        StreamError.Write(output, default, json => StreamError.WriteOpenAI(json, rejection));

    public void WriteStop(
        IBufferWriter<byte> output,
        ReadOnlySpan<byte> lastEvent,
        Rejection rejection,
        in StreamFacts facts,
        long outputTokens,
        int choices
    )
    {
        ChatFinish.Write(output, lastEvent, choices);
        WriteError(output, rejection, facts);
        output.Write("data: [DONE]\n\n"u8);
    }
}
