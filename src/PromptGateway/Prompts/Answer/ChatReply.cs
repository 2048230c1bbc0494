using System.Text.Json;

namespace PromptGateway.Prompts.Answer;

/// <summary>What is read of a chat completion or of one chunk of it.</summary>
/// <param name="Text">Of the answer, or of the delta; null when there is none.</param>
/// <param name="Model">As the answer names it.</param>
/// <param name="FinishReason">Null while it goes on.</param>
/// <param name="Usage">The member as it came, JSON; null when there is none.</param>
/// <param name="Refusal">What the model said instead of an answer.</param>
/// <param name="Error">The member <c>error</c> of an event in the middle of a stream, JSON.</param>
internal sealed record ChatReply(string? Text, string? Model, string? FinishReason, string? Usage, string? Refusal, string? Error)
{
    /// <exception cref="JsonException">It is no JSON.</exception>
    public static ChatReply Read(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        var choice =
            Member(root, "choices") is { ValueKind: JsonValueKind.Array } choices && choices.GetArrayLength() > 0 ? choices[0] : default;
        var message = Member(choice, "message");
        if (message.ValueKind != JsonValueKind.Object)
            message = Member(choice, "delta");
        return new ChatReply(
            StringOf(message, "content"),
            StringOf(root, "model"),
            StringOf(choice, "finish_reason"),
            Raw(root, "usage"),
            StringOf(message, "refusal"),
            Raw(root, "error")
        );
    }

    private static JsonElement Member(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var member) ? member : default;

    private static string? StringOf(JsonElement of, string name) =>
        Member(of, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    private static string? Raw(JsonElement of, string name) =>
        Member(of, name) is { ValueKind: JsonValueKind.Object } member ? member.GetRawText() : null;
}
