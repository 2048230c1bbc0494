using PromptGateway.Json;
using PromptGateway.Tokens;

namespace PromptGateway.Prompts.Optimization;

/// <summary>Prompt tokens that edits save: estimated from the text that was taken out and put in, about a nanosecond a byte.</summary>
internal static class TokenSavings
{
    /// <param name="splice">Body and edits.</param>
    /// <param name="kinds">The same by kind of content.</param>
    public static long Of(JsonSplice splice, out IReadOnlyList<KindSaving> kinds)
    {
        long saved = 0;
        var found = new List<KindSaving>();
        foreach (var edit in splice.Edits)
        {
            var source = splice.Source.Span[edit.Start..edit.End];
            var (before, after) = (Tokens(source), Tokens(edit.Text.Span));
            saved += before - after;
            Add(found, ContentKinds.Of(source), before, after);
        }
        kinds = found;
        return saved;
    }

    private static void Add(List<KindSaving> kinds, string name, long before, long after)
    {
        for (var index = 0; index < kinds.Count; index++)
            if (kinds[index].Name == name)
            {
                kinds[index] = new KindSaving(name, kinds[index].Before + before, kinds[index].After + after);
                return;
            }
        kinds.Add(new KindSaving(name, before, after));
    }

    private static long Tokens(ReadOnlySpan<byte> json)
    {
        var estimate = new TextTokenEstimate();
        estimate.AddJsonString(json);
        return estimate.Tokens;
    }
}
