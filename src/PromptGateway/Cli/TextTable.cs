namespace PromptGateway.Cli;

/// <summary>Columns for a terminal; numbers to the right.</summary>
internal static class TextTable
{
    /// <param name="output">Takes the lines.</param>
    /// <param name="header">A name that starts with <c>&gt;</c> (not shown) is a column of numbers.</param>
    /// <param name="rows">As many cells as the header.</param>
    public static void Write(TextWriter output, string[] header, IReadOnlyList<string[]> rows)
    {
        string[] names = [.. header.Select(name => name.TrimStart('>'))];
        int[] widths = [.. names.Select((name, column) => rows.Select(row => row[column].Length).Append(name.Length).Max())];
        foreach (var row in rows.Prepend(names))
            output.WriteLine(
                string.Join("  ", row.Select((cell, column) => Pad(cell, widths[column], header[column][0] == '>'))).TrimEnd()
            );
    }

    private static string Pad(string cell, int width, bool right) => right ? cell.PadLeft(width) : cell.PadRight(width);
}
