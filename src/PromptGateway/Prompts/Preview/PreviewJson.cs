using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using PromptGateway.Prompts.Asking;
using PromptGateway.Prompts.Transforms;

namespace PromptGateway.Prompts.Preview;

/// <summary>A preview as JSON; the optimized payload stands in it byte for byte.</summary>
internal static class PreviewJson
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Write(IBufferWriter<byte> output, PromptPreview preview)
    {
        using var json = new Utf8JsonWriter(output, Options);
        json.WriteStartObject();
        json.WriteString("policy", preview.Policy);
        json.WriteString("format", PromptFormats.NameOf(preview.Format));
        json.WriteStartObject("tokens");
        json.WriteNumber("before", preview.Before.Tokens);
        json.WriteNumber("after", preview.After.Tokens);
        json.WriteNumber("saved", preview.TokensSaved);
        json.WriteEndObject();
        // Exact: the provider is known to count the same. Else the gateway's tokenizer has counted, and the provider may differ.
        json.WriteString("token_count", preview.Before.Exact && preview.After.Exact ? "exact" : "estimated");
        json.WriteStartArray("transforms");
        foreach (var step in preview.Steps)
            Write(json, step);
        json.WriteEndArray();
        if (preview.Rewritten is { } rewritten)
            Write(json, rewritten);
        json.WritePropertyName("request");
        json.WriteRawValue(preview.Request, skipInputValidation: true);
        if (preview.Restore is { } patch)
            json.WriteString("restore", patch);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, RewrittenPrompt rewritten)
    {
        json.WriteStartObject("rewritten");
        json.WriteString("original_prompt", rewritten.Original);
        json.WriteString("improved_prompt", rewritten.Improved);
        json.WriteStartArray("changes");
        foreach (var change in rewritten.Changes)
            json.WriteStringValue(change);
        json.WriteEndArray();
        if (rewritten.Confidence is { } confidence)
            json.WriteNumber("confidence", confidence);
        else
            json.WriteNull("confidence");
        json.WriteString("skipped_because", rewritten.Reason);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, PreviewStep step)
    {
        json.WriteStartObject();
        json.WriteString("name", step.Report.Name);
        json.WriteString("class", JsonNamingPolicy.SnakeCaseLower.ConvertName(step.Report.Class.ToString()));
        json.WriteBoolean("applied", step.Report.Applied);
        json.WriteNumber("tokens_saved", step.TokensSaved);
        json.WriteNumber("microseconds", Math.Round(step.Report.Microseconds, 1));
        // A part that another transform has encoded already is passed over without a reason.
        json.WriteString("skipped_because", step.Report.Applied ? null : step.Report.SkippedBecause ?? SkipReason.NothingToDo);
        json.WriteStartArray("diff");
        foreach (var change in step.Diff.Shown)
            Write(json, change);
        json.WriteEndArray();
        if (step.Diff.LeftOut > 0)
            json.WriteNumber("diff_left_out", step.Diff.LeftOut);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, TextChange change)
    {
        json.WriteStartObject();
        json.WriteNumber("message", change.Message);
        json.WriteString("kind", change.Kind);
        json.WriteNumber("at", change.At);
        json.WriteString("before", change.Before);
        json.WriteString("after", change.After);
        json.WriteNumber("before_bytes", change.BeforeBytes);
        json.WriteNumber("after_bytes", change.AfterBytes);
        json.WriteEndObject();
    }
}
