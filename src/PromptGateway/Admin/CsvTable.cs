using System.Globalization;
using System.Text;

namespace PromptGateway.Admin;

/// <summary>Rows as CSV (RFC 4180).</summary>
internal static class CsvTable
{
    public static string Write<T>((string Name, Func<T, object?> Value)[] columns, IEnumerable<T> rows)
    {
        var csv = new StringBuilder();
        csv.AppendJoin(',', columns.Select(column => column.Name)).Append("\r\n");
        foreach (var row in rows)
            csv.AppendJoin(',', columns.Select(column => Cell(column.Value(row)))).Append("\r\n");
        return csv.ToString();
    }

    private static string Cell(object? value) =>
        value is string text ? Quoted(Harmless(text)) : Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";

    // Names come from callers, and a spreadsheet runs what starts like a formula.
    private static string Harmless(string text) => text.Length > 0 && "=+-@\t\r".Contains(text[0]) ? "'" + text : text;

    private static string Quoted(string text) =>
        text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
