using System.Globalization;
using System.Text;
using System.Text.Json;

namespace PromptGateway.Tests.Deploy.Chart;

/// <summary>The functions of Go, Sprig and Helm that our chart uses.</summary>
internal static class TemplateFunctions
{
    private static readonly JsonSerializerOptions Pretty = new()
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static bool IsTrue(object? value) =>
        value switch
        {
            null or false or 0L or "" => false,
            List<object?> list => list.Count > 0,
            Dictionary<string, object?> map => map.Count > 0,
            _ => true,
        };

    public static object? Call(string name, List<object?> a) =>
        name switch
        {
            "and" => a.FirstOrDefault(value => !IsTrue(value), a[^1]),
            "or" => a.FirstOrDefault(IsTrue, a[^1]),
            "not" => !IsTrue(a[0]),
            "eq" => Equals(a[0], a[1]),
            "int" => Number(a[0]),
            "add" => a.Sum(Number),
            "div" => Number(a[0]) / Number(a[1]),
            "mod" => Number(a[0]) % Number(a[1]),
            "default" => IsTrue(a[1]) ? a[1] : a[0],
            "quote" => '"'
                + a[0].Text().Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
                + '"',
            "contains" => a[1].Text().Contains(a[0].Text(), StringComparison.Ordinal),
            "trunc" => a[1].Text() is var text && text.Length > Number(a[0]) ? text[..(int)Number(a[0])] : text,
            "trimSuffix" => a[1].Text() is var text && text.EndsWith(a[0].Text(), StringComparison.Ordinal)
                ? text[..^a[0].Text().Length]
                : text,
            "printf" => Format(a[0].Text(), a[1..]),
            "nindent" => '\n' + Indent(a[1].Text(), (int)Number(a[0])),
            "toYaml" => Yaml(a[0], "").TrimEnd('\n'),
            "toPrettyJson" => JsonSerializer.Serialize(a[0], Pretty),
            _ => throw new InvalidDataException($"the function {name} is not understood"),
        };

    private static long Number(object? value) => Convert.ToInt64(value, CultureInfo.InvariantCulture);

    private static string Indent(string text, int spaces) =>
        string.Join('\n', text.Split('\n').Select(line => new string(' ', spaces) + line));

    private static string Format(string format, List<object?> values)
    {
        var text = new StringBuilder();
        var next = 0;
        for (var i = 0; i < format.Length; i++)
            if (format[i] != '%')
                text.Append(format[i]);
            else if (format[i + 1] == 's')
                (_, i) = (text.Append(values[next++].Text()), i + 1);
            else if (format.AsSpan(i + 1).StartsWith("02d"))
                (_, i) = (text.Append(Number(values[next++]).ToString("00", CultureInfo.InvariantCulture)), i + 3);
            else
                throw new InvalidDataException($"the format {format} is not understood");
        return text.ToString();
    }

    /// <summary>Block style, names in order, as Go's writer has it; text is always quoted, which means the same.</summary>
    private static string Yaml(object? value, string indent) =>
        value switch
        {
            Dictionary<string, object?> { Count: > 0 } map => string.Concat(
                map.OrderBy(pair => pair.Key, StringComparer.Ordinal)
                    .Select(pair => $"{indent}{pair.Key}:{Below(pair.Value, indent + "  ")}")
            ),
            List<object?> { Count: > 0 } list => string.Concat(list.Select(item => Item(item, indent))),
            _ => indent + Inline(value) + '\n',
        };

    private static string Item(object? item, string indent)
    {
        var text = Yaml(item, indent + "  ");
        return $"{indent}- {text[(indent.Length + 2)..]}";
    }

    private static string Below(object? value, string indent) =>
        value is Dictionary<string, object?> { Count: > 0 } or List<object?> { Count: > 0 }
            ? '\n' + Yaml(value, indent)
            : ' ' + Inline(value) + '\n';

    private static string Inline(object? value) =>
        value switch
        {
            null => "null",
            string text => JsonSerializer.Serialize(text, Pretty),
            Dictionary<string, object?> => "{}",
            List<object?> => "[]",
            _ => value.Text(),
        };
}
