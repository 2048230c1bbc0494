namespace PromptGateway.Tests.Deploy;

/// <summary>
/// Holds a resource to the fields of its kind: unknown and missing ones, and wrong types, are mistakes, as <c>kubectl apply</c> with
/// strict validation has them. The fields are those of <c>Golden/kubernetes-fields.txt</c>.
/// </summary>
internal sealed class KubernetesFields
{
    private sealed record Field(string Name, bool Optional, string Type);

    private readonly Dictionary<string, List<Field>> _types = [];

    public KubernetesFields()
    {
        List<Field>? current = null;
        foreach (var line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Deploy", "Golden", "kubernetes-fields.txt")))
            if (line.StartsWith("  ", StringComparison.Ordinal))
            {
                var at = line.LastIndexOf(' ');
                var name = line[2..at];
                current!.Add(new Field(name.TrimEnd('?'), name.EndsWith('?'), line[(at + 1)..]));
            }
            else if (!line.StartsWith('#'))
                _types[line] = current = [];
    }

    public IReadOnlyList<string> Check(Dictionary<string, object?> resource)
    {
        var (version, kind) = (resource.GetValueOrDefault("apiVersion").Text(), resource.GetValueOrDefault("kind").Text());
        var group = version == "v1" ? "core/v1" : version.Replace(".k8s.io", "", StringComparison.Ordinal);
        if (!_types.ContainsKey($"{group}.{kind}"))
            return [$"{version} {kind}: a kind that is not known here"];
        var errors = new List<string>();
        Check(resource, $"{group}.{kind}", kind, errors);
        return errors;
    }

    private void Check(object? value, string type, string path, List<string> errors)
    {
        if (type.Contains('|', StringComparison.Ordinal))
        {
            if (!type.Split('|').Any(choice => IsScalar(value, choice)))
                errors.Add($"{path}: expected {type}, found {value}");
        }
        else if (type.StartsWith('['))
            Each(value as List<object?>, type[1..^1], path, errors);
        else if (type.StartsWith('{'))
            Each(value as Dictionary<string, object?>, type[1..^1], path, errors);
        else if (_types.TryGetValue(type, out var fields))
            Object(value as Dictionary<string, object?>, fields, path, errors);
        else if (type != "any" && !IsScalar(value, type))
            errors.Add($"{path}: expected {type}, found {value ?? "nothing"}");
    }

    private void Object(Dictionary<string, object?>? map, List<Field> fields, string path, List<string> errors)
    {
        if (map is null)
        {
            errors.Add($"{path}: expected a map");
            return;
        }
        foreach (var (name, value) in map)
            if (fields.Find(field => field.Name == name) is { } field)
                Check(value, field.Type, $"{path}.{name}", errors);
            else
                errors.Add($"{path}.{name}: unknown field");
        foreach (var field in fields.Where(field => !field.Optional && !map.ContainsKey(field.Name)))
            errors.Add($"{path}.{field.Name}: required");
    }

    private void Each(List<object?>? list, string type, string path, List<string> errors)
    {
        if (list is null)
            errors.Add($"{path}: expected a list");
        foreach (var (index, item) in (list ?? []).Index())
            Check(item, type, $"{path}[{index}]", errors);
    }

    private void Each(Dictionary<string, object?>? map, string type, string path, List<string> errors)
    {
        if (map is null)
            errors.Add($"{path}: expected a map");
        foreach (var (name, value) in map ?? [])
            Check(value, type, $"{path}.{name}", errors);
    }

    private static bool IsScalar(object? value, string type) =>
        type switch
        {
            "string" => value is string,
            "number" => value is long or double,
            "boolean" => value is bool,
            _ => value is string text && type == $"\"{text}\"",
        };
}
