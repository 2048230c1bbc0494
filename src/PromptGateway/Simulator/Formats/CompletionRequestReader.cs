using System.Text.Json;
using PromptGateway.Simulator.Generation;

namespace PromptGateway.Simulator.Formats;

/// <summary>Reads POST /v1/completions (legacy text completion) with one prompt, as text or as token ids.</summary>
internal static class CompletionRequestReader
{
    /// <exception cref="RefusedException">A required field is missing or a value is not allowed.</exception>
    public static GenerationRequest Read(JsonElement body)
    {
        var model = body.RequiredText("model");
        var prompt = new PromptBuilder(model);
        var text = Prompt(body.Member("prompt"));
        prompt.Add("prompt", text);
        return new GenerationRequest
        {
            Model = model,
            UserText = text,
            MaxTokens = body.Integer("max_tokens", 0, int.MaxValue) ?? 16,
            Stop = body.Texts("stop", most: 4),
            Choices = body.Integer("n", 1, 128) ?? 1,
            Stream = body.Flag("stream"),
            IncludeUsage = body.Member("stream_options").Flag("include_usage"),
            Segments = prompt.Segments,
            PromptTokens = PromptCount.Completion(body, model),
        };
    }

    private static string Prompt(JsonElement prompt) =>
        prompt.ValueKind switch
        {
            JsonValueKind.Undefined => throw RefusedException.Missing("prompt"),
            JsonValueKind.String => prompt.AsText(),
            JsonValueKind.Array when prompt.GetArrayLength() == 1 && prompt[0].ValueKind is JsonValueKind.String => prompt[0].AsText(),
            JsonValueKind.Array when prompt.GetArrayLength() > 0 && prompt[0].ValueKind is JsonValueKind.Number => prompt.GetRawText(),
            _ => throw RefusedException.Invalid(
                "prompt",
                "the simulator answers one prompt: a string, one string in an array, or token ids"
            ),
        };
}
