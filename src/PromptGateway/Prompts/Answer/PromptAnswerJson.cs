using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using PromptGateway.Prompts.Optimization;

namespace PromptGateway.Prompts.Answer;

/// <summary>Writes what <c>/chat</c> answers, whole or event by event.</summary>
internal static class PromptAnswerJson
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Whole(PromptAnswerRequest request, ChatReply reply, PromptOptimization? optimization, string requestId) =>
        Object(json =>
        {
            Prompts(json, request, optimization);
            json.WriteString("answer", reply.Text);
            if (reply.Refusal is not null)
                json.WriteString("refusal", reply.Refusal);
            End(json, request, reply.Model, reply.FinishReason, reply.Usage, optimization, requestId);
        });

    /// <summary>The first event: before the first word of the answer.</summary>
    public static byte[] Prompt(PromptAnswerRequest request, PromptOptimization? optimization) =>
        Object(json => Prompts(json, request, optimization));

    public static byte[] Delta(string text) => Object(json => json.WriteString("text", text));

    /// <summary>The last event.</summary>
    public static byte[] Done(
        PromptAnswerRequest request,
        string? model,
        string? finishReason,
        string? usage,
        PromptOptimization? optimization,
        string requestId
    ) => Object(json => End(json, request, model, finishReason, usage, optimization, requestId));

    public static byte[] Error(string error) =>
        Object(json =>
        {
            json.WritePropertyName("error");
            json.WriteRawValue(error);
        });

    private static void Prompts(Utf8JsonWriter json, PromptAnswerRequest request, PromptOptimization? optimization)
    {
        var rewritten = optimization?.Asked?.Rewritten;
        json.WriteString("original_prompt", request.Prompt);
        json.WriteString("improved_prompt", rewritten?.Improved ?? request.Prompt);
        json.WriteStartArray("changes");
        if (rewritten?.Improved is not null)
            foreach (var change in rewritten.Changes)
                json.WriteStringValue(change);
        json.WriteEndArray();
        if (rewritten?.Confidence is { } confidence)
            json.WriteNumber("confidence", confidence);
        else
            json.WriteNull("confidence");
    }

    private static void End(
        Utf8JsonWriter json,
        PromptAnswerRequest request,
        string? model,
        string? finishReason,
        string? usage,
        PromptOptimization? optimization,
        string requestId
    )
    {
        json.WriteString("finish_reason", finishReason);
        json.WriteString("model", model ?? request.Model);
        json.WritePropertyName("usage");
        json.WriteRawValue(usage ?? "null");
        json.WriteStartObject("optimization");
        json.WriteString("id", OptimizationHeaders.IdOf(requestId));
        json.WriteString("policy", optimization?.Policy ?? OptimizationMode.Off);
        json.WriteString("outcome", optimization?.Result?.Outcome ?? OptimizationOutcome.Skipped);
        json.WriteBoolean("rewritten", optimization?.Asked?.Rewritten?.Improved is not null);
        // Why the original was sent: what stopped the rewriting, or why the prompt was left alone.
        json.WriteString("reason", optimization?.Asked?.Rewritten is { Improved: null } kept ? kept.Reason : optimization?.Result?.Reason);
        json.WriteNumber("tokens_saved", optimization?.Result?.TokensSaved ?? 0);
        json.WriteNumber("optimizer_cost_usd", (optimization?.Asked?.CostNanoUsd ?? 0) / 1_000_000_000m);
        json.WriteEndObject();
    }

    private static byte[] Object(Action<Utf8JsonWriter> members)
    {
        var output = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(output, Options))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }
        return output.WrittenSpan.ToArray();
    }
}
