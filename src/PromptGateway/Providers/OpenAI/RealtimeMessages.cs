using PromptGateway.Chat;
using PromptGateway.Json;

namespace PromptGateway.Providers.OpenAI;

/// <summary>Reads what the server's messages of a realtime session tell about models and tokens.</summary>
internal static class RealtimeMessages
{
    /// <summary>
    /// Each <c>response.done</c> reports one response alone, with the whole conversation as its input, and each completed transcription
    /// its own tokens or seconds, so a session is the sum of them. Never throws, whatever the bytes.
    /// </summary>
    /// <returns>True when usage was reported.</returns>
    public static bool Read(ReadOnlySpan<byte> message, RealtimeFacts facts)
    {
        // Most messages are pieces of sound: they are only searched, not parsed.
        if (Is(message, "response.done"u8))
        {
            var usage = default(TokenUsage);
            if (
                !ResponseUsage.TryFind(message, out var json)
                || !OpenAIUsage.TryRead(json, ref usage)
                || !facts.IsNews('r', Member(Member(message, "response"u8), "id"u8))
            )
                return false;
            facts.AddResponse(usage);
            return true;
        }
        if (Is(message, "conversation.item.input_audio_transcription.completed"u8))
        {
            var usage = default(TokenUsage);
            if (
                !JsonMemberFind.TryFindTopLevel(message, "usage"u8, out var member)
                || !OpenAIUsage.TryRead(member.RawValue(message), ref usage)
                || !facts.IsNews('t', Member(message, "item_id"u8), Member(message, "content_index"u8))
            )
                return false;
            facts.AddTranscription(usage);
            return true;
        }
        if (
            Is(message, "session.created"u8)
            || Is(message, "session.updated"u8)
            || Is(message, "transcription_session.created"u8)
            || Is(message, "transcription_session.updated"u8)
        )
            RealtimeSessionModels.Read(message, facts);
        return false;
    }

    private static ReadOnlySpan<byte> Member(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name) =>
        JsonMemberFind.TryFindTopLevel(json, name, out var member) ? member.RawValue(json) : default;

    private static bool Is(ReadOnlySpan<byte> message, ReadOnlySpan<byte> type) =>
        message.IndexOf(type) >= 0
        && JsonMemberFind.TryFindTopLevel(message, "type"u8, out var member)
        && FastJson.TryString(member.RawValue(message), out var found)
        && found.SequenceEqual(type);
}
