using System.Text.Json;
using System.Text.RegularExpressions;

namespace PromptGateway.Cli.Replay;

/// <summary>
/// The part of JSON Schema (2020-12) that structured outputs use: types, enums, properties, items, bounds, patterns, and combinations.
/// A keyword that is not known here is refused before anything is graded, rather than passed over.
/// </summary>
internal static class JsonSchemaCheck
{
    private static readonly HashSet<string> Annotations =
    [
        "title",
        "description",
        "default",
        "examples",
        "$schema",
        "$id",
        "$comment",
        "format",
    ];

    private static readonly HashSet<string> Known =
    [
        "type",
        "enum",
        "const",
        "properties",
        "required",
        "additionalProperties",
        "items",
        "minItems",
        "maxItems",
        "minLength",
        "maxLength",
        "minimum",
        "maximum",
        "pattern",
        "anyOf",
        "oneOf",
        "allOf",
    ];

    private static readonly TimeSpan PatternTime = TimeSpan.FromSeconds(1);

    /// <exception cref="FormatException">The schema uses something that is not known here.</exception>
    public static void Check(JsonElement schema)
    {
        if (schema.ValueKind is JsonValueKind.True or JsonValueKind.False)
            return;
        if (schema.ValueKind != JsonValueKind.Object)
            throw new FormatException("A schema must be an object, true or false.");
        foreach (var keyword in schema.EnumerateObject())
        {
            if (Annotations.Contains(keyword.Name))
                continue;
            if (!Known.Contains(keyword.Name))
                throw new FormatException(
                    $"The schema keyword '{keyword.Name}' is not supported; known are {string.Join(", ", Known.Order(StringComparer.Ordinal))}."
                );
            JsonSchemaRule.Check(keyword);
            foreach (var inner in Inner(keyword))
                Check(inner);
        }
    }

    public static bool Fits(JsonElement schema, JsonElement value)
    {
        if (schema.ValueKind != JsonValueKind.Object)
            return schema.ValueKind == JsonValueKind.True;
        foreach (var keyword in schema.EnumerateObject())
            if (!Fits(keyword, schema, value))
                return false;
        return true;
    }

    private static IEnumerable<JsonElement> Inner(JsonProperty keyword) =>
        keyword.Name switch
        {
            "properties" => keyword.Value.EnumerateObject().Select(property => property.Value),
            "anyOf" or "oneOf" or "allOf" => keyword.Value.EnumerateArray(),
            "items" or "additionalProperties" => [keyword.Value],
            _ => [],
        };

    private static bool Fits(JsonProperty keyword, JsonElement schema, JsonElement value)
    {
        var rule = keyword.Value;
        return keyword.Name switch
        {
            "type" => rule.ValueKind == JsonValueKind.Array
                ? rule.EnumerateArray().Any(type => IsOfType(type.GetString(), value))
                : IsOfType(rule.GetString(), value),
            "enum" => rule.EnumerateArray().Any(one => JsonElement.DeepEquals(one, value)),
            "const" => JsonElement.DeepEquals(rule, value),
            "anyOf" => rule.EnumerateArray().Any(one => Fits(one, value)),
            "oneOf" => rule.EnumerateArray().Count(one => Fits(one, value)) == 1,
            "allOf" => rule.EnumerateArray().All(one => Fits(one, value)),
            _ => value.ValueKind switch
            {
                JsonValueKind.Object => FitsObject(keyword.Name, rule, schema, value),
                JsonValueKind.Array => FitsArray(keyword.Name, rule, value),
                JsonValueKind.String => FitsText(keyword.Name, rule, value.GetString()!),
                JsonValueKind.Number => FitsNumber(keyword.Name, rule, value.GetDouble()),
                _ => true,
            },
        };
    }

    private static bool FitsObject(string keyword, JsonElement rule, JsonElement schema, JsonElement value) =>
        keyword switch
        {
            "required" => rule.EnumerateArray().All(name => value.TryGetProperty(name.GetString()!, out _)),
            "properties" => rule.EnumerateObject()
                .All(property => !value.TryGetProperty(property.Name, out var member) || Fits(property.Value, member)),
            "additionalProperties" => value
                .EnumerateObject()
                .All(member =>
                    (schema.TryGetProperty("properties", out var named) && named.TryGetProperty(member.Name, out _))
                    || Fits(rule, member.Value)
                ),
            _ => true,
        };

    private static bool FitsArray(string keyword, JsonElement rule, JsonElement value) =>
        keyword switch
        {
            "items" => value.EnumerateArray().All(item => Fits(rule, item)),
            "minItems" => value.GetArrayLength() >= rule.GetInt32(),
            "maxItems" => value.GetArrayLength() <= rule.GetInt32(),
            _ => true,
        };

    private static bool FitsText(string keyword, JsonElement rule, string text) =>
        keyword switch
        {
            "minLength" => text.EnumerateRunes().Count() >= rule.GetInt32(),
            "maxLength" => text.EnumerateRunes().Count() <= rule.GetInt32(),
            "pattern" => Regex.IsMatch(text, rule.GetString()!, JsonSchemaRule.PatternOptions, PatternTime),
            _ => true,
        };

    private static bool FitsNumber(string keyword, JsonElement rule, double number) =>
        keyword switch
        {
            "minimum" => number >= rule.GetDouble(),
            "maximum" => number <= rule.GetDouble(),
            _ => true,
        };

    private static bool IsOfType(string? type, JsonElement value) =>
        (type, value.ValueKind) switch
        {
            ("object", JsonValueKind.Object) => true,
            ("array", JsonValueKind.Array) => true,
            ("string", JsonValueKind.String) => true,
            ("boolean", JsonValueKind.True or JsonValueKind.False) => true,
            ("null", JsonValueKind.Null) => true,
            ("number", JsonValueKind.Number) => true,
            ("integer", JsonValueKind.Number) => value.GetDouble() % 1 == 0,
            _ => false,
        };
}
