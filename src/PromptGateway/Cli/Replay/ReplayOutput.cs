using System.Globalization;
using System.Text.Json;
using PromptGateway.Admin;

namespace PromptGateway.Cli.Replay;

/// <summary>Prints what a replay showed: figures by model and side, and answers side by side.</summary>
internal sealed class ReplayOutput(string policy, IReadOnlyList<ReplayResult> results)
{
    private const int LongestExcerpt = 200;

    private IEnumerable<ReplayFigures> Figures =>
        results
            .GroupBy(result => result.Model)
            .SelectMany(model =>
                (ReplayFigures[])
                    [
                        ReplayFigures.Of(model.Key, "none", [.. model.Select(result => result.Without)]),
                        ReplayFigures.Of(model.Key, policy, [.. model.Select(result => result.With)]),
                    ]
            );

    public bool HasErrors => results.Any(result => result.Without.Error is not null || result.With.Error is not null);

    public void WriteJson(TextWriter output) =>
        output.WriteLine(
            JsonSerializer.Serialize(
                new
                {
                    policy,
                    figures = Figures,
                    conversations = results.Select(result => new
                    {
                        id = result.Conversation.Id,
                        model = result.Model,
                        expected = result.Conversation.Expected,
                        without = result.Without,
                        with = result.With,
                    }),
                },
                AdminJson.Indented
            )
        );

    /// <param name="output">Takes the text.</param>
    /// <param name="answers">How many answers that differ are shown.</param>
    public void WriteTable(TextWriter output, int answers)
    {
        TextTable.Write(
            output,
            [
                "model",
                "policy",
                ">requests",
                ">errors",
                ">input",
                ">cached",
                ">output",
                ">cost usd",
                ">p50 ms",
                ">p95 ms",
                ">quality",
                ">graded",
            ],
            [.. Figures.Select(Cells)]
        );
        foreach (var result in results.Where(IsDifferent).Take(answers))
        {
            output.WriteLine();
            output.WriteLine($"{result.Conversation.Id}, {result.Model}");
            if (result.Conversation.Expected is { } expected)
                output.WriteLine("  expected: " + Excerpt(expected));
            output.WriteLine("  none:     " + Shown(result.Without));
            output.WriteLine($"  {(policy + ":").PadRight(9)} {Shown(result.With)}");
        }
    }

    private static bool IsDifferent(ReplayResult result) => result.Without.Text != result.With.Text || result.Without.Error is not null;

    private static string[] Cells(ReplayFigures row) =>
        [
            row.Model,
            row.Policy,
            Text(row.Requests),
            Text(row.Errors),
            Text(row.InputTokens),
            Text(row.CachedInputTokens),
            Text(row.OutputTokens),
            row.CostUsd?.ToString("0.000000", CultureInfo.InvariantCulture) ?? "unknown",
            row.LatencyP50Ms?.ToString("0.0", CultureInfo.InvariantCulture) ?? "-",
            row.LatencyP95Ms?.ToString("0.0", CultureInfo.InvariantCulture) ?? "-",
            row.Quality?.ToString("0.000", CultureInfo.InvariantCulture) ?? "-",
            Text(row.Graded),
        ];

    private static string Shown(ReplayAnswer answer) =>
        answer.Error is { } error ? "failed: " + Excerpt(error)
        : answer.Grade is { } grade ? string.Create(CultureInfo.InvariantCulture, $"[{grade:0.##}] {Excerpt(answer.Text!)}")
        : Excerpt(answer.Text!);

    /// <summary>One line, and no control characters that a terminal would obey.</summary>
    private static string Excerpt(string text)
    {
        var shown = string.Create(
            Math.Min(text.Length, LongestExcerpt),
            text,
            static (line, source) =>
            {
                for (var at = 0; at < line.Length; at++)
                    line[at] = char.IsControl(source[at]) ? ' ' : source[at];
            }
        );
        return text.Length > LongestExcerpt ? shown + "..." : shown;
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
