using System.Buffers;
using System.Buffers.Text;
using System.Text;
using PromptGateway.Prompts.Map;

namespace PromptGateway.Prompts.Transforms;

/// <summary>
/// Knows by the name of the tool, and for shells by the command, whether a tool result is a file that somebody may want to edit: then every
/// blank in it counts. Names are compared without case, underscores and the prefixes that servers of tools put before them.
/// </summary>
internal sealed class FileReads
{
    private const int LongestName = 128;
    private const int MostArguments = 4096;

    /// <summary>What stands before a command.</summary>
    private static readonly SearchValues<byte> Starters = SearchValues.Create("\"&;'(\n["u8);

    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> Shells = new HashSet<string>
    {
        "bash",
        "shell",
        "sh",
        "zsh",
        "run",
        "exec",
        "execute",
        "command",
        "terminal",
        "powershell",
        "cmd",
        "runcommand",
        "runshellcommand",
        "executecommand",
        "executebash",
        "runinterminal",
        "runterminalcmd",
        "localshell",
        "runbash",
        "shellcommand",
    }.GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly byte[][] ShowCommands =
    [
        .. new[]
        {
            "cat",
            "head",
            "tail",
            "sed",
            "nl",
            "less",
            "more",
            "bat",
            "type",
            "diff",
            "git diff",
            "git show",
            "get-content",
        }.Select(command => Encoding.ASCII.GetBytes(command + " ")),
    ];

    private readonly HashSet<string> _tools;
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _lookup;

    /// <param name="tools">Names of tools that give files.</param>
    public FileReads(IEnumerable<string> tools)
    {
        _tools = [.. tools.Select(tool => Normalize(tool))];
        _lookup = _tools.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>The tools that are known without configuration.</summary>
    public static IReadOnlyList<string> UsualTools { get; } =
    [
        "read_file",
        "read",
        "cat",
        "view",
        "open",
        "open_file",
        "view_file",
        "get_file",
        "get_file_contents",
        "read_text_file",
        "read_multiple_files",
        "read_many_files",
        "fs_read",
        "file_read",
        "show_file",
        "notebook_read",
        "read_notebook",
        "str_replace_editor",
        "str_replace_based_edit_tool",
        "text_editor",
        "edit",
        "edit_file",
        "apply_patch",
        "git_diff",
        "git_show",
    ];

    public static FileReads Usual { get; } = new(UsualTools);

    /// <summary>Whether a text can be the name of a tool, and not only a server's prefix.</summary>
    public static bool IsName(string name) =>
        name.Length is > 0 and <= LongestName
        && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' or '.' or ':' or '/')
        && Normalize(name).Length > 0;

    /// <summary>Whether a tool result is a file. A log file is none: nobody edits it.</summary>
    public bool Covers(PromptDraft draft, in PromptSegment result)
    {
        if (_tools.Count == 0 || !ToolCallLookup.TryFind(draft.Body, draft.Map, result, out var name, out var arguments))
            return false;
        Span<char> buffer = stackalloc char[LongestName];
        var tool = Normalize(draft.Body[name.Start..name.End], buffer);
        var isShell = Shells.Contains(tool);
        if (!isShell && !_lookup.Contains(tool))
            return false;
        using var written = new TextBuffer();
        Read(draft.Body[arguments.Start..arguments.End], written);
        return written.Text.IndexOf(".log"u8) < 0 && (!isShell || ShowsFile(written.Text));
    }

    /// <summary>The arguments without escapes: an object, or a string that holds one.</summary>
    private static void Read(ReadOnlySpan<byte> arguments, TextBuffer output)
    {
        arguments = arguments[..Math.Min(arguments.Length, MostArguments)];
        if (!arguments.StartsWith("\""u8))
        {
            Unescape(arguments, output);
            return;
        }
        using var once = new TextBuffer();
        Unescape(arguments, once);
        Unescape(once.Text, output);
    }

    private static void Unescape(ReadOnlySpan<byte> text, TextBuffer output)
    {
        for (var escape = text.IndexOf((byte)'\\'); escape >= 0 && escape + 1 < text.Length; escape = text.IndexOf((byte)'\\'))
        {
            output.Append(text[..escape]);
            var letter = text[escape + 1];
            text = text[(escape + 2)..];
            if (letter == 'u' && text.Length >= 4 && Utf8Parser.TryParse(text[..4], out int code, out var used, 'x') && used == 4)
            {
                output.Append((byte)(code < 0x80 ? code : '?'));
                text = text[4..];
            }
            else
                output.Append(letter == 'n' ? (byte)'\n' : letter);
        }
        output.Append(text);
    }

    /// <summary>Whether a command, or one behind <c>&amp;&amp;</c> or a semicolon, prints a file. What comes through a pipe is no file.</summary>
    private static bool ShowsFile(ReadOnlySpan<byte> arguments)
    {
        foreach (var word in ShowCommands)
        {
            var rest = arguments;
            for (var at = rest.IndexOf(word); at >= 0; at = rest.IndexOf(word))
            {
                var before = rest[..at].TrimEnd((byte)' ');
                if (before.IsEmpty || Starters.Contains(before[^1]))
                    return true;
                rest = rest[(at + word.Length)..];
            }
        }
        return false;
    }

    private static string Normalize(string name)
    {
        Span<char> buffer = stackalloc char[LongestName];
        return new string(Normalize(Encoding.UTF8.GetBytes(name), buffer));
    }

    /// <summary>The name behind its last prefix, lower case, letters and digits only.</summary>
    private static ReadOnlySpan<char> Normalize(ReadOnlySpan<byte> name, Span<char> buffer)
    {
        var underscores = name.LastIndexOf("__"u8);
        name = name[Math.Max(underscores < 0 ? 0 : underscores + 2, name.LastIndexOfAny(".:/"u8) + 1)..];
        var length = 0;
        foreach (var unit in name[..Math.Min(name.Length, LongestName)])
            if (char.IsAsciiLetterOrDigit((char)unit))
                buffer[length++] = char.ToLowerInvariant((char)unit);
        return buffer[..length];
    }
}
