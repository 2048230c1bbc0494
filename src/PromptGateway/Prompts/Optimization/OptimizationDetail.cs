using System.Buffers;
using System.Text;
using System.Text.Json;

namespace PromptGateway.Prompts.Optimization;

/// <summary>What each transform saved, and what was saved in which kind of content, as the JSON of the ledger's column <c>optimization_detail</c>.</summary>
internal static class OptimizationDetail
{
    /// <summary>Null when nothing was changed.</summary>
    public static string? Write(PolicyResult result)
    {
        if (result.Transforms.Count == 0)
            return null;
        var output = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteStartArray("transforms"u8);
            foreach (var saving in result.Transforms)
            {
                json.WriteStartObject();
                json.WriteString("name"u8, saving.Name);
                json.WriteNumber("tokens_saved"u8, saving.Tokens);
                json.WriteNumber("us"u8, Math.Round(saving.Microseconds, 1));
                json.WriteEndObject();
            }
            json.WriteEndArray();
            WriteKinds(json, result.Kinds);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static void WriteKinds(Utf8JsonWriter json, IReadOnlyList<KindSaving> kinds)
    {
        if (kinds.Count == 0)
            return;
        json.WriteStartArray("kinds"u8);
        foreach (var kind in kinds)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, kind.Name);
            json.WriteNumber("before"u8, kind.Before);
            json.WriteNumber("after"u8, kind.After);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
