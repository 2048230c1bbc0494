using System.Collections.Concurrent;

namespace PromptGateway.Tests.Deploy;

/// <summary>The chart with a set of values, as Helm renders it.</summary>
internal static class RenderedChart
{
    private static readonly string Folder = RepositoryFiles.Of("deploy", "helm", "promptgateway");
    private static readonly ConcurrentDictionary<string, string> Rendered = new();

    public static Dictionary<string, object?> Schema => YamlFile.Map(File.ReadAllText(Path.Combine(Folder, "values.schema.json")));

    public static Dictionary<string, object?> Standard => YamlFile.Map(File.ReadAllText(Path.Combine(Folder, "values.yaml")));

    /// <param name="values">YAML laid over the chart's own values; null: nothing.</param>
    public static List<Dictionary<string, object?>> Of(string? values) =>
        [.. YamlFile.All(Rendered.GetOrAdd(values ?? "", Template)).Cast<Dictionary<string, object?>>()];

    /// <summary>What Helm says when it installs the chart.</summary>
    public static string Notes(string values)
    {
        var output = With(
            values,
            file => KubernetesTools.Helm("install", "llm", Folder, "--namespace", "ai", "--dry-run=client", "--values", file)
        );
        return output[output.IndexOf("NOTES:", StringComparison.Ordinal)..];
    }

    /// <summary>What Helm's own check of the chart says of these values.</summary>
    public static string Lint(string values) => With(values, file => KubernetesTools.Helm("lint", Folder, "--strict", "--values", file));

    /// <summary>Why these values are refused.</summary>
    public static string Error(string values) =>
        With(values, file => KubernetesTools.HelmError("template", "llm", Folder, "--values", file));

    private static string Template(string values) =>
        With(values, file => KubernetesTools.Helm("template", "llm", Folder, "--namespace", "ai", "--values", file));

    private static string With(string values, Func<string, string> run)
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, values);
            return run(file);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
