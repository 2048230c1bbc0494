using System.Buffers;
using System.Text;
using System.Text.Json;

namespace PromptGateway.Prompts.Optimization;

/// <summary>What each transform saved, as the JSON of the ledger's column <c>optimization_detail</c>.</summary>
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
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
