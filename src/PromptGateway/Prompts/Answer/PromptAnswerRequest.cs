using System.Text.Json;
using PromptGateway.Chat;

namespace PromptGateway.Prompts.Answer;

/// <summary>The body of <c>POST /chat</c>, checked.</summary>
internal sealed record PromptAnswerRequest
{
    private static readonly string[] Known = ["prompt", "model", "reasoning_effort", "stream", "optimize", "system", "max_output_tokens"];
    private static readonly string[] Efforts = ["none", "minimal", "low", "medium", "high", "xhigh"];

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    public required string Prompt { get; init; }
    public required string Model { get; init; }
    public string? System { get; init; }
    public string? ReasoningEffort { get; init; }
    public bool Stream { get; init; }

    /// <summary>As in <c>X-PromptGateway-Optimize</c>; null: the body does not say.</summary>
    public string? Optimize { get; init; }
    public int? MaxOutputTokens { get; init; }

    public static (PromptAnswerRequest? Request, Rejection? Rejection) Read(ReadOnlyMemory<byte> body)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(body, Strict);
        }
        catch (JsonException e)
        {
            return (null, Rejection.BadRequest("invalid_json", "The body is not valid JSON: " + e.Message));
        }
        using (document)
            try
            {
                return document.RootElement.ValueKind == JsonValueKind.Object
                    ? Read(document.RootElement)
                    : (null, Rejection.BadRequest("invalid_json", "The body must be a JSON object."));
            }
            // Half of a surrogate pair is no text.
            catch (InvalidOperationException e)
            {
                return (null, Rejection.BadRequest("invalid_json", "The body is not valid JSON: " + e.Message));
            }
    }

    private static (PromptAnswerRequest?, Rejection?) Read(JsonElement root)
    {
        foreach (var member in root.EnumerateObject())
            if (!Known.Contains(member.Name))
                return (
                    null,
                    Rejection.BadRequest(
                        "unknown_parameter",
                        $"/chat takes {string.Join(", ", Known)}. For everything else there is /v1/chat/completions.",
                        member.Name.Length <= 64 ? member.Name : null
                    )
                );
        foreach (var name in new[] { "prompt", "model", "reasoning_effort", "optimize", "system" })
            if (Value(root, name) is { } value && value.ValueKind != JsonValueKind.String)
                return (null, Rejection.BadRequest("invalid_type", $"'{name}' must be a string.", name));
        if (Text(root, "prompt") is not { } prompt || string.IsNullOrWhiteSpace(prompt))
            return (
                null,
                Rejection.BadRequest("missing_required_parameter", "'prompt' is missing: the text to improve and to answer.", "prompt")
            );
        if (Text(root, "model") is not { Length: > 0 } model)
            return (
                null,
                Rejection.BadRequest(
                    "missing_required_parameter",
                    "'model' is missing: GET /v1/models lists those that this key may use.",
                    "model"
                )
            );
        if (Text(root, "reasoning_effort") is { } effort && !Efforts.Contains(effort))
            return (
                null,
                Rejection.BadRequest("invalid_value", $"'reasoning_effort' is one of {string.Join(", ", Efforts)}.", "reasoning_effort")
            );
        if (Value(root, "stream") is { } stream && stream.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
            return (null, Rejection.BadRequest("invalid_type", "'stream' must be true or false.", "stream"));
        var most = 0;
        if (
            Value(root, "max_output_tokens") is { } cap
            && (cap.ValueKind != JsonValueKind.Number || !cap.TryGetInt32(out most) || most < 1)
        )
            return (null, Rejection.BadRequest("invalid_type", "'max_output_tokens' must be a whole number above 0.", "max_output_tokens"));
        return (
            new PromptAnswerRequest
            {
                Prompt = prompt,
                Model = model,
                System = Text(root, "system"),
                ReasoningEffort = Text(root, "reasoning_effort"),
                Stream = Value(root, "stream")?.ValueKind == JsonValueKind.True,
                Optimize = Text(root, "optimize") is { Length: > 0 } optimize ? optimize : null,
                MaxOutputTokens = most > 0 ? most : null,
            },
            null
        );
    }

    /// <summary>Null also for JSON's null.</summary>
    private static JsonElement? Value(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private static string? Text(JsonElement root, string name) => Value(root, name)?.GetString();
}
