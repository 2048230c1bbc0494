using System.Text.Json;

namespace PromptGateway.Tokens;

/// <summary>Input that is no conversation (embeddings, legacy completions): text, tokens, or an array of either.</summary>
internal static class PlainInputCount
{
    public static void Add(PromptTally tally, JsonElement input)
    {
        tally.Text(input);
        foreach (var item in input.Elements())
        {
            if (item.ValueKind == JsonValueKind.Number)
                tally.Add(1);
            else
                tally.Text(item);
            if (item.ValueKind == JsonValueKind.Array)
                tally.Add(item.GetArrayLength());
        }
    }
}
