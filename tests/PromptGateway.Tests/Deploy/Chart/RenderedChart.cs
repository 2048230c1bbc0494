namespace PromptGateway.Tests.Deploy.Chart;

/// <summary>The chart with a set of values, as <c>helm template</c> would print it.</summary>
internal static class RenderedChart
{
    private static readonly string Folder = RepositoryFiles.Of("deploy", "helm", "promptgateway");

    public static Dictionary<string, object?> Schema => YamlFile.Map(File.ReadAllText(Path.Combine(Folder, "values.schema.json")));

    /// <param name="values">YAML laid over the chart's own values; null: nothing.</param>
    public static Dictionary<string, object?> Values(string? values)
    {
        var standard = YamlFile.Map(File.ReadAllText(Path.Combine(Folder, "values.yaml")));
        return values is null ? standard : Over(standard, YamlFile.Map(values));
    }

    /// <summary>Every resource; NOTES.txt is rendered too, for its mistakes.</summary>
    public static List<Dictionary<string, object?>> Of(string? values, string release = "llm")
    {
        var chart = YamlFile.Map(File.ReadAllText(Path.Combine(Folder, "Chart.yaml")));
        var root = new Dictionary<string, object?>
        {
            ["Values"] = Values(values),
            ["Release"] = new Dictionary<string, object?>
            {
                ["Name"] = release,
                ["Namespace"] = "ai",
                ["Service"] = "Helm",
            },
            ["Chart"] = new Dictionary<string, object?>
            {
                ["Name"] = chart["name"],
                ["Version"] = chart["version"],
                ["AppVersion"] = chart["appVersion"],
            },
        };
        var template = new ChartTemplate();
        var files = Directory.GetFiles(Path.Combine(Folder, "templates")).Order(StringComparer.Ordinal).ToArray();
        foreach (var file in files.Where(file => file.EndsWith(".tpl", StringComparison.Ordinal)))
            template.Define(File.ReadAllText(file));
        template.Render(File.ReadAllText(Path.Combine(Folder, "templates", "NOTES.txt")), root).ShouldContain("/v1");
        return
        [
            .. files
                .Where(file => file.EndsWith(".yaml", StringComparison.Ordinal))
                .SelectMany(file => YamlFile.All(template.Render(File.ReadAllText(file), root)))
                .Cast<Dictionary<string, object?>>(),
        ];
    }

    /// <summary>Maps are merged, everything else is replaced.</summary>
    private static Dictionary<string, object?> Over(Dictionary<string, object?> below, Dictionary<string, object?> above)
    {
        var result = new Dictionary<string, object?>(below);
        foreach (var (name, value) in above)
            result[name] =
                value is Dictionary<string, object?> map && below.GetValueOrDefault(name) is Dictionary<string, object?> standard
                    ? Over(standard, map)
                    : value;
        return result;
    }
}
