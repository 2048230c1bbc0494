namespace PromptGateway.Tests.Deploy;

/// <summary>Ways through plain objects.</summary>
internal static class YamlPath
{
    /// <summary>The value at a path of names and list positions; null when something on the way is missing.</summary>
    public static object? At(this object? value, params object[] path)
    {
        foreach (var step in path)
            value = (value, step) switch
            {
                (IReadOnlyDictionary<string, object?> map, string name) => map.GetValueOrDefault(name),
                (List<object?> list, int index) when index < list.Count => list[index],
                _ => null,
            };
        return value;
    }

    public static IEnumerable<object?> Each(this object? value) => value as List<object?> ?? [];

    public static string Text(this object? value) =>
        value switch
        {
            bool flag => flag ? "true" : "false",
            IFormattable number => number.ToString(null, System.Globalization.CultureInfo.InvariantCulture),
            _ => value?.ToString() ?? "",
        };

    /// <summary>The value and everything below it, with the path of each.</summary>
    public static IEnumerable<(string Path, object? Value)> Walk(this object? value, string path = "")
    {
        yield return (path, value);
        var below = value switch
        {
            Dictionary<string, object?> map => map.SelectMany(pair => pair.Value.Walk($"{path}.{pair.Key}")),
            List<object?> list => list.SelectMany((item, index) => item.Walk($"{path}[{index}]")),
            _ => [],
        };
        foreach (var item in below)
            yield return item;
    }
}
