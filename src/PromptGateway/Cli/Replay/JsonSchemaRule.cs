using System.Text.Json;
using System.Text.RegularExpressions;

namespace PromptGateway.Cli.Replay;

/// <summary>Whether a keyword of a schema has a value that it may have: told before anybody is asked and paid.</summary>
internal static class JsonSchemaRule
{
    public const RegexOptions PatternOptions = RegexOptions.ECMAScript;

    private static readonly HashSet<string> Types = ["object", "array", "string", "boolean", "null", "number", "integer"];

    /// <exception cref="FormatException">It has not.</exception>
    public static void Check(JsonProperty keyword)
    {
        if (Expected(keyword) is { } expected)
            throw new FormatException($"The schema keyword '{keyword.Name}' is {keyword.Value.GetRawText()}, expected {expected}.");
    }

    /// <summary>What the value should be; null when it is.</summary>
    private static string? Expected(JsonProperty keyword) =>
        keyword.Name switch
        {
            "type" when !IsType(keyword.Value) => "one of "
                + string.Join(", ", Types.Order(StringComparer.Ordinal))
                + ", or a list of them",
            "enum" or "anyOf" or "oneOf" or "allOf" when keyword.Value.ValueKind != JsonValueKind.Array => "a list",
            "properties" when keyword.Value.ValueKind != JsonValueKind.Object => "an object",
            "required" when !IsListOf(keyword.Value, name => name.ValueKind == JsonValueKind.String) => "a list of names",
            "minItems" or "maxItems" or "minLength" or "maxLength" when !IsCount(keyword.Value) => "a whole number, 0 or more",
            "minimum" or "maximum" when keyword.Value.ValueKind != JsonValueKind.Number => "a number",
            "pattern" when !IsPattern(keyword.Value) => "a regular expression",
            _ => null,
        };

    private static bool IsType(JsonElement value) =>
        value.ValueKind == JsonValueKind.String
            ? Types.Contains(value.GetString()!)
            : IsListOf(value, name => name.ValueKind == JsonValueKind.String && Types.Contains(name.GetString()!));

    private static bool IsListOf(JsonElement value, Func<JsonElement, bool> isOne) =>
        value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(isOne);

    private static bool IsCount(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var count) && count >= 0;

    private static bool IsPattern(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String)
            return false;
        try
        {
            _ = new Regex(value.GetString()!, PatternOptions);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
