using System.Text;
using PromptGateway.Json;

namespace PromptGateway.Cli;

/// <summary>Reads a file of JSON, or standard input: one document over many lines, or one a line.</summary>
internal static class JsonDocuments
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <param name="path">A file; <c>-</c> is standard input.</param>
    /// <returns>The documents with the numbers of the lines that they start on; empty lines are left out.</returns>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static async Task<IReadOnlyList<(int Line, byte[] Json)>> ReadAsync(string path, CancellationToken cancellationToken)
    {
        var bytes = path == "-" ? await ReadAllAsync(cancellationToken) : await File.ReadAllBytesAsync(path, cancellationToken);
        ReadOnlyMemory<byte> text = bytes.AsSpan().StartsWith("\uFEFF"u8) ? bytes.AsMemory(3) : bytes;
        return IsOne(text.Span) ? [(1, text.ToArray())] : Lines(text.Span);
    }

    /// <summary>The text of bytes that must be UTF-8.</summary>
    public static string Text(ReadOnlySpan<byte> json) => Strict.GetString(json);

    private static async Task<byte[]> ReadAllAsync(CancellationToken cancellationToken)
    {
        await using var input = Console.OpenStandardInput();
        using var all = new MemoryStream();
        await input.CopyToAsync(all, cancellationToken);
        return all.ToArray();
    }

    /// <summary>A first line that is a document of its own makes it a file of lines.</summary>
    private static bool IsOne(ReadOnlySpan<byte> text)
    {
        var trimmed = text.TrimStart(" \t\r\n"u8);
        var end = trimmed.IndexOf((byte)'\n');
        if (end < 0 || trimmed[end..].Trim(" \t\r\n"u8).IsEmpty)
            return !trimmed.IsEmpty;
        using var members = JsonMemberList.Rent();
        // Neither the line nor the whole is a document: then the line is the one to complain about, unless it only opens something.
        return !JsonObjectScan.Scan(trimmed[..end], members).IsValid && JsonObjectScan.Scan(text, members).IsValid;
    }

    private static List<(int, byte[])> Lines(ReadOnlySpan<byte> text)
    {
        var lines = new List<(int, byte[])>();
        for (var number = 1; !text.IsEmpty; number++)
        {
            var end = text.IndexOf((byte)'\n');
            var line = (end < 0 ? text : text[..end]).Trim(" \t\r"u8);
            if (!line.IsEmpty)
                lines.Add((number, line.ToArray()));
            text = end < 0 ? default : text[(end + 1)..];
        }
        return lines;
    }
}
