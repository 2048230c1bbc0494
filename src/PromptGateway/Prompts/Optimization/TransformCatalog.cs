using PromptGateway.Prompts.Models;
using PromptGateway.Prompts.Transforms;

namespace PromptGateway.Prompts.Optimization;

/// <summary>The transforms that policies can be made of, by the name that they have in configuration.</summary>
internal static class TransformCatalog
{
    private static readonly Dictionary<string, Func<TransformSettings, ITransform>> Makers = new(StringComparer.OrdinalIgnoreCase)
    {
        ["whitespace"] = _ => new WhitespaceTransform(),
        ["json-compact"] = settings => new JsonCompactTransform(settings.Flag("Fences", true)),
        ["json-table"] = _ => new JsonTableTransform(),
        ["log-fold"] = _ => new LogFoldTransform(),
        ["repeat-reference"] = _ => new RepeatReferenceTransform(),
        ["mask-old-tool-output"] = settings => new MaskOldToolOutputTransform(
            settings.Number("KeptSteps", 10, 1, 1000),
            settings.Number("Stride", 10, 1, 1000)
        ),
        ["trim-history"] = settings => new TrimHistoryTransform(
            settings.Number("MaxTokens", 0, 0, 100_000_000),
            settings.Number("KeepPercent", 50, 5, 95) / 100.0
        ),
        ["extract-relevant"] = settings => new ExtractRelevantTransform(settings.Number("MaxTextBytes", 8192, 1024, 1 << 24)),
        ["rewrite"] = settings => new RewriteTransform(
            settings.Optional("Model"),
            settings.Number("TimeoutSeconds", 0, 1, 300),
            settings.Number("MinTokens", 8, 1, 100_000),
            settings.Number("MaxTokens", 4000, 1, 100_000)
        ),
        ["summarize-history"] = settings => new SummarizeHistoryTransform(
            settings.Optional("Model"),
            settings.Number("TimeoutSeconds", 0, 1, 300),
            settings.Number("MaxTokens", 16_000, 500, 10_000_000),
            settings.Number("KeepPercent", 40, 5, 95) / 100.0
        ),
        ["cache-hints"] = _ => new CacheHintsTransform(),
        ["system-prompt"] = settings => new SystemPromptTransform(
            settings.Text("Text", required: true)!,
            settings.Flag("Append", false),
            settings.Text("Version", required: false)
        ),
    };

    public static IEnumerable<string> Names => Makers.Keys;

    /// <summary>Null when there is none of that name; the fault is noted.</summary>
    public static ITransform? Create(TransformSettings settings)
    {
        if (!Makers.TryGetValue(settings.Name, out var make))
        {
            settings.Refuse($"names the transform '{settings.Name}'; known are {string.Join(", ", Names)}");
            return null;
        }
        var transform = make(settings);
        settings.RefuseOthers();
        return transform;
    }
}
