using System.Text.RegularExpressions;

namespace PromptGateway.Tests.Configuration;

/// <summary>The summaries of option types and of their properties, read from the source files: one type a file, named after it.</summary>
internal static partial class SourceSummaries
{
    private static readonly Dictionary<string, string> Files = RepositoryFiles
        .Below("src/PromptGateway", "*.cs")
        .GroupBy(file => Path.GetFileNameWithoutExtension(file))
        .ToDictionary(group => group.Key, group => group.First());

    [GeneratedRegex(
        @"(?<doc>(?:^[ ]*///[^\n]*\n)+)(?:^[ ]*\[[^\n]*\n)*^[ ]*(?:public|internal)[^\n(=]*\b(?<name>\w+)\s*(?:\{ get;|$)",
        RegexOptions.Multiline
    )]
    private static partial Regex Documented();

    [GeneratedRegex("<(?:see|paramref)[^>]*?(?:cref|langword|name)=\"(?:[\\w.]*\\.)?(\\w+)\"\\s*/>")]
    private static partial Regex Reference();

    [GeneratedRegex("</?[a-z]+[^>]*>")]
    private static partial Regex Tag();

    /// <summary>Of a property; empty when there is none, as for types of other libraries.</summary>
    public static string Of(Type type, string property)
    {
        if (!Files.TryGetValue(type.Name, out var file))
            return "";
        foreach (Match match in Documented().Matches(File.ReadAllText(file)))
            if (match.Groups["name"].Value == property)
                return Text(match.Groups["doc"].Value);
        return "";
    }

    private static string Text(string comment)
    {
        var text = string.Join(' ', comment.Split('\n').Select(line => line.Trim().TrimStart('/').Trim()));
        var end = text.IndexOf("</summary>", StringComparison.Ordinal);
        text = end < 0 ? text : text[..end];
        text = Reference()
            .Replace(text, "`$1`")
            .Replace("<c>", "`", StringComparison.Ordinal)
            .Replace("</c>", "`", StringComparison.Ordinal);
        text = System.Net.WebUtility.HtmlDecode(Tag().Replace(text, ""));
        return text.Replace("|", "\\|", StringComparison.Ordinal).Trim();
    }
}
