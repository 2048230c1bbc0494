using System.CommandLine;
using PromptGateway.Keys;

namespace PromptGateway.Cli;

/// <summary>The fields of a key as options of <c>keys create</c> and <c>keys update</c>.</summary>
internal sealed class KeyDraftOptions
{
    private static readonly string[] Clearable = ["team", "owner", "models", "expires", "policy", "limits", "budgets", "metadata"];

    private readonly Option<string?> _name = new("--name") { Description = "What people call the key" };
    private readonly Option<string?> _team = new("--team") { Description = "Team that the usage is counted for" };
    private readonly Option<string?> _owner = new("--owner") { Description = "Who answers for the key" };
    private readonly Option<string[]> _models = new("--models") { Description = "Models and globs it may use, with commas (default: all)" };
    private readonly Option<string?> _expires = new("--expires") { Description = "When it ends: 2027-01-31, 2027-01-31T12:00:00Z or 90d" };
    private readonly Option<string?> _policy = new("--policy") { Description = "Name of the optimization policy" };
    private readonly Option<string[]> _limits = new("--limit")
    {
        Description = "'3500 requests/minute', '90000 tokens/minute for gpt-4o*', '16 concurrent'; repeatable",
    };
    private readonly Option<string[]> _budgets = new("--budget")
    {
        Description = "'10 usd/month strict', '2000000 tokens/day'; repeatable",
    };
    private readonly Option<string[]> _metadata = new("--metadata") { Description = "name=value; repeatable" };
    private readonly Option<string[]> _clear = new("--clear")
    {
        Description = $"Fields to empty: {string.Join(", ", Clearable)}; repeatable",
    };

    public void AddTo(Command command, bool update)
    {
        _name.Required = !update;
        foreach (var option in (Option[])[_name, _team, _owner, _models, _expires, _policy, _limits, _budgets, _metadata])
            command.Options.Add(option);
        if (!update)
            return;
        _clear.AcceptOnlyFromAmong(Clearable);
        command.Options.Add(_clear);
    }

    /// <summary>The fields as they are, with what the options set; a list that is given replaces the whole list.</summary>
    /// <exception cref="FormatException">An option cannot be read.</exception>
    public KeyDraft ApplyTo(KeyDraft current, ParseResult parsed, DateTimeOffset now)
    {
        var cleared = parsed.GetResult(_clear) is null ? [] : parsed.GetValue(_clear) ?? [];
        KeyDraft Keep(string field, Func<KeyDraft, KeyDraft> empty, KeyDraft draft) => cleared.Contains(field) ? empty(draft) : draft;

        var draft = Keep("team", d => d with { Team = null }, current);
        draft = Keep("owner", d => d with { Owner = null }, draft);
        draft = Keep("models", d => d with { Models = null }, draft);
        draft = Keep("expires", d => d with { ExpiresAt = null }, draft);
        draft = Keep("policy", d => d with { Policy = null }, draft);
        draft = Keep("limits", d => d with { Limits = null }, draft);
        draft = Keep("budgets", d => d with { Budgets = null }, draft);
        draft = Keep("metadata", d => d with { Metadata = null }, draft);
        return draft with
        {
            Name = parsed.GetValue(_name) ?? draft.Name,
            Team = parsed.GetValue(_team) ?? draft.Team,
            Owner = parsed.GetValue(_owner) ?? draft.Owner,
            Models = List(parsed, _models, text => text)?.SelectMany(SplitNames).ToArray() ?? draft.Models,
            ExpiresAt = parsed.GetValue(_expires) is { } expires ? Moment.Parse(_expires.Name, expires, now) : draft.ExpiresAt,
            Policy = parsed.GetValue(_policy) ?? draft.Policy,
            Limits = List(parsed, _limits, LimitText.Parse) ?? draft.Limits,
            Budgets = List(parsed, _budgets, BudgetText.Parse) ?? draft.Budgets,
            Metadata =
                List(parsed, _metadata, Pair)?.GroupBy(pair => pair.Key).ToDictionary(pairs => pairs.Key, pairs => pairs.Last().Value)
                ?? draft.Metadata,
        };
    }

    private static T[]? List<T>(ParseResult parsed, Option<string[]> option, Func<string, T> parse) =>
        parsed.GetValue(option) is { Length: > 0 } texts ? [.. texts.Select(parse)] : null;

    private static string[] SplitNames(string text) =>
        text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static KeyValuePair<string, string> Pair(string text) =>
        text.IndexOf('=', StringComparison.Ordinal) is > 0 and var at
            ? KeyValuePair.Create(text[..at], text[(at + 1)..])
            : throw new FormatException($"--metadata '{text}' cannot be read; write name=value.");
}
