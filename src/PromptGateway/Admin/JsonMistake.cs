using System.Text.Json;
using System.Text.RegularExpressions;

namespace PromptGateway.Admin;

/// <summary>What is wrong with a body, in words of JSON: the reader's own speak of the program's types.</summary>
internal static partial class JsonMistake
{
    /// <param name="mistake">What the reader threw.</param>
    /// <param name="type">What the body was read as; null: any object.</param>
    public static string Describe(JsonException mistake, Type? type)
    {
        var path = mistake.Path is { } whole && whole.StartsWith("$.", StringComparison.Ordinal) ? whole[2..] : "";
        if (path.Length == 0)
            return Where().Replace(mistake.Message, "");
        if (mistake.Message.Contains("could not be mapped", StringComparison.Ordinal))
            return $"{path}: there is no such member{Known(path, type)}";
        var match = Expected().Match(mistake.Message);
        return match.Success ? $"{path}: must be {Named(match.Groups[1].Value)}" : $"{path}: {Where().Replace(mistake.Message, "")}";
    }

    private static string Known(string path, Type? type) =>
        type is null || path.Contains('.', StringComparison.Ordinal) || path.Contains('[', StringComparison.Ordinal)
            ? "; /admin/openapi.json lists those that there are."
            : $"; known are {string.Join(", ", AdminJson.Options.GetTypeInfo(type).Properties.Select(p => p.Name).Order(StringComparer.Ordinal))}.";

    private static string Named(string type) =>
        type switch
        {
            _ when type.Contains("Collections", StringComparison.Ordinal) && type.Contains("Dictionary", StringComparison.Ordinal) =>
                "an object.",
            _ when type.Contains("Collections", StringComparison.Ordinal) || type.EndsWith("[]", StringComparison.Ordinal) => "a list.",
            _ when type.Contains("System.Int", StringComparison.Ordinal) => "a whole number that is not too large, without quotes.",
            _ when type.Contains("System.Decimal", StringComparison.Ordinal) || type.Contains("System.Double", StringComparison.Ordinal) =>
                "a number, without quotes.",
            _ when type.Contains("System.Boolean", StringComparison.Ordinal) => "true or false, without quotes.",
            _ when type.Contains("System.DateTime", StringComparison.Ordinal) => "a time such as 2027-01-31T12:00:00Z.",
            _ when Choice(type) is { } choice => $"one of {string.Join(", ", Enum.GetNames(choice).Select(AsWritten))}.",
            _ when type.Contains("System.String", StringComparison.Ordinal) => "a text in quotes.",
            _ => "an object.",
        };

    private static Type? Choice(string type)
    {
        var name = type.Replace("System.Nullable`1[", "", StringComparison.Ordinal).TrimEnd(']');
        return typeof(JsonMistake).Assembly.GetType(name) is { IsEnum: true } choice ? choice : null;
    }

    private static string AsWritten(string name) => JsonNamingPolicy.SnakeCaseLower.ConvertName(name);

    [GeneratedRegex(@"could not be converted to (\S+?)\.(?: Path|$)")]
    private static partial Regex Expected();

    [GeneratedRegex(@" ?(?:Path: \S+ \| )?LineNumber: \d+ \| BytePositionInLine: \d+\.?")]
    private static partial Regex Where();
}
