using System.Buffers;
using PromptGateway.Chat;

namespace PromptGateway.Providers.OpenAI;

/// <summary>Embeddings, images, audio and paths that the gateway does not know: usage is taken where it is found, ends are not judged.</summary>
internal sealed class PlainFormat : IWireFormat
{
    public bool EndsExplicitly => false;

    public void ReadEvent(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data, ref StreamFacts facts)
    {
        facts.Events++;
        if (facts.Model is null)
            facts.Model = ModelName.Find(data);
        if (FastJson.TryFindValue(data, "\"usage\""u8, out var usage) && usage.StartsWith("{"u8))
            facts.HasUsage |= TryReadUsage(usage, ref facts.Usage);
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
        WriteError(output, rejection, facts);
    }
}
