using System.Globalization;
using System.Text.RegularExpressions;

namespace PromptGateway.Tests.Deploy;

/// <summary>As much of JSON Schema as <c>values.schema.json</c> uses; a keyword that it does not know is an error of the schema.</summary>
internal static class JsonSchema
{
    public static List<string> Check(object? value, Dictionary<string, object?> schema)
    {
        var errors = new List<string>();
        Check(value, schema, "values", errors);
        return errors;
    }

    private static void Check(object? value, Dictionary<string, object?> schema, string path, List<string> errors)
    {
        foreach (var (keyword, rule) in schema)
            if (!Holds(keyword, rule, value, schema, path, errors))
                errors.Add($"{path}: {keyword} {rule.Text()}, found {value.Text()}");
    }

    private static bool Holds(
        string keyword,
        object? rule,
        object? value,
        Dictionary<string, object?> schema,
        string path,
        List<string> errors
    ) =>
        keyword switch
        {
            "$schema" or "title" or "description" => true,
            "type" => IsOf(value, rule.Text()),
            "enum" => rule.Each().Any(choice => Equals(choice, value)),
            "minimum" => value is not long number || number >= Convert.ToInt64(rule, CultureInfo.InvariantCulture),
            "maximum" => value is not long number || number <= Convert.ToInt64(rule, CultureInfo.InvariantCulture),
            "minLength" => value is not string text || text.Length >= Convert.ToInt64(rule, CultureInfo.InvariantCulture),
            "pattern" => value is not string text || Regex.IsMatch(text, rule.Text()),
            "required" => rule.Each().All(name => value.At(name.Text()) is not null),
            "items" => Below((value.Each()).Select((item, i) => ($"{path}[{i}]", item)), rule, errors),
            "properties" => Below(
                Members(value).Where(m => rule.At(m.Key) is not null).Select(m => ($"{path}.{m.Key}", m.Value)),
                name => rule.At(name[(name.LastIndexOf('.') + 1)..]),
                errors
            ),
            "additionalProperties" => Additional(value, rule, schema, path, errors),
            _ => throw new InvalidDataException($"{path}: the keyword {keyword} is not understood"),
        };

    private static bool Additional(object? value, object? rule, Dictionary<string, object?> schema, string path, List<string> errors)
    {
        var others = Members(value).Where(m => schema.GetValueOrDefault("properties").At(m.Key) is null).ToArray();
        if (rule is Dictionary<string, object?>)
            return Below(others.Select(m => ($"{path}.{m.Key}", m.Value)), rule, errors);
        return rule is true || others.Length == 0;
    }

    private static bool Below(IEnumerable<(string Path, object? Value)> values, object? rule, List<string> errors) =>
        Below(values, _ => rule, errors);

    private static bool Below(IEnumerable<(string Path, object? Value)> values, Func<string, object?> rule, List<string> errors)
    {
        foreach (var (path, value) in values)
            Check(value, (Dictionary<string, object?>)rule(path)!, path, errors);
        return true;
    }

    private static Dictionary<string, object?> Members(object? value) => value as Dictionary<string, object?> ?? [];

    private static bool IsOf(object? value, string type) =>
        type switch
        {
            "object" => value is Dictionary<string, object?>,
            "array" => value is List<object?>,
            "string" => value is string,
            "integer" => value is long,
            "number" => value is long or double,
            "boolean" => value is bool,
            _ => throw new InvalidDataException($"the type {type} is not understood"),
        };
}
