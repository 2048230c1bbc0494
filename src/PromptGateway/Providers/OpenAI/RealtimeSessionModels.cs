using PromptGateway.Json;

namespace PromptGateway.Providers.OpenAI;

/// <summary>
/// The models that a message about a session names: <c>session.model</c>, <c>session.audio.input.transcription.model</c>, and the older
/// <c>session.input_audio_transcription.model</c>.
/// </summary>
internal static class RealtimeSessionModels
{
    public static void Read(ReadOnlySpan<byte> message, RealtimeFacts facts)
    {
        var session = Member(message, "session"u8);
        facts.Model ??= Model(session);
        var transcription = Member(Member(Member(session, "audio"u8), "input"u8), "transcription"u8);
        if (transcription.IsEmpty)
            transcription = Member(session, "input_audio_transcription"u8);
        facts.TranscriptionModel = Model(transcription) ?? facts.TranscriptionModel;
    }

    /// <summary>Empty when there is none.</summary>
    private static ReadOnlySpan<byte> Member(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name) =>
        JsonMemberFind.TryFindTopLevel(json, name, out var member) ? member.RawValue(json) : default;

    private static string? Model(ReadOnlySpan<byte> json) =>
        FastJson.TryString(Member(json, "model"u8), out var name) ? ModelName.Read(name) : null;
}
