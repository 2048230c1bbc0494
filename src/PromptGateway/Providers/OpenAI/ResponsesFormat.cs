using System.Buffers;
using PromptGateway.Chat;

namespace PromptGateway.Providers.OpenAI;

/// <summary>The Responses API (wire.md section b): the last event carries the whole response with its usage.</summary>
/// <param name="endsExplicitly">False for the rest of a stream: of one that was seen to its end there is none.</param>
internal sealed class ResponsesFormat(bool endsExplicitly = true) : IWireFormat
{
    public bool EndsExplicitly => endsExplicitly;

    public void ReadEvent(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data, ref StreamFacts facts)
    {
        facts.Events++;
        var type = name;
        if (type.IsEmpty && FastJson.TryFindValue(data, "\"type\""u8, out var value))
            FastJson.TryString(value, out type);
        if (type.EndsWith(".delta"u8))
        {
            facts.TextEvents++;
            if (FastJson.TryFindValue(data, "\"delta\""u8, out var delta) && FastJson.TryString(delta, out var text))
                facts.TextBytes += text.Length;
            return;
        }
        ResponseId.Find(data, ref facts);
        if (facts.Model is null)
            facts.Model = ModelName.Find(data);
        if (facts.ResponseId is null && type.SequenceEqual("response.created"u8))
            facts.ResponseId = ResponseFinish.FindId(data);
        if (type.SequenceEqual("error"u8))
            facts.Failed = true;
        if (
            !type.SequenceEqual("response.completed"u8)
            && !type.SequenceEqual("response.incomplete"u8)
            && !type.SequenceEqual("response.failed"u8)
        )
            return;
        facts.Finished = facts.Ended = true;
        facts.Failed |= type.SequenceEqual("response.failed"u8);
        if (ResponseUsage.TryFind(data, out var usage))
            facts.HasUsage |= TryReadUsage(usage, ref facts.Usage);
    }

    public bool TryReadUsage(ReadOnlySpan<byte> json, ref TokenUsage usage) => OpenAIUsage.TryRead(json, ref usage);

    /// <summary>Both known forms in one event: .NET reads the flat members, openai-node the nested object (wire.md, trap 4).</summary>
    public void WriteError(IBufferWriter<byte> output, Rejection rejection, in StreamFacts facts)
    {
        var sequence = facts.Events;
        StreamError.Write(
            output,
            "error"u8,
            json =>
            {
                json.WriteStartObject();
                json.WriteString("type", "error");
                json.WriteNumber("sequence_number", sequence);
                json.WriteString("code", rejection.Code);
                json.WriteString("message", rejection.Message);
                json.WriteString("param", rejection.Param);
                json.WriteStartObject("error");
                StreamError.WriteMembers(json, rejection);
                json.WriteEndObject();
                json.WriteEndObject();
            }
        );
    }

    public void WriteStop(
        IBufferWriter<byte> output,
        ReadOnlySpan<byte> lastEvent,
        Rejection rejection,
        in StreamFacts facts,
        long outputTokens,
        int choices
    )
    {
        ResponseFinish.Write(output, lastEvent, facts, outputTokens);
        WriteError(output, rejection, facts with { Events = facts.Events + 1 });
        output.Write("data: [DONE]\n\n"u8);
    }
}
