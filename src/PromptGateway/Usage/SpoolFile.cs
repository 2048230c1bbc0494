using System.Text.Json;

namespace PromptGateway.Usage;

/// <summary>A file of ledger rows that wait for the database.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="IsOwn">Written by this process, not by one before it.</param>
internal sealed record SpoolFile(string Path, bool IsOwn)
{
    public int Rows { get; set; }

    /// <summary>Number of lines; null when another process has the file, or had it and it is gone.</summary>
    public static int? TryCount(string path)
    {
        try
        {
            // Asking for it alone shows whether somebody writes to it.
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.None);
            using var reader = new StreamReader(stream);
            var lines = 0;
            while (reader.ReadLine() is not null)
                lines++;
            return lines;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <param name="unreadable">Called with a line that is no row: the last one, when a crash cut it.</param>
    public List<UsageRecord> Read(Action<string> unreadable)
    {
        var rows = new List<UsageRecord>(Rows);
        foreach (var line in File.ReadLines(Path))
            try
            {
                rows.Add(UsageJson.Read(line));
            }
            catch (JsonException)
            {
                unreadable(line);
            }
        return rows;
    }
}
