namespace PromptGateway.Cli;

/// <summary>The end of a limit or budget that is only for some models: <c>for gpt-4o*,o3*</c>.</summary>
internal static class ModelsClause
{
    /// <returns>Null when the words end before the clause.</returns>
    public static IReadOnlyList<string>? Parse(string[] words, int at, Func<FormatException> unreadable) =>
        words.Length == at ? null
        : words.Length == at + 2 && words[at] == "for" ? words[at + 1].Split(',', StringSplitOptions.RemoveEmptyEntries)
        : throw unreadable();

    public static string Write(IReadOnlyList<string>? models) => models is null ? "" : $" for {string.Join(',', models)}";
}
