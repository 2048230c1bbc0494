using System.Globalization;
using System.Text.Json;
using PromptGateway.Experiments.Statistics;
using PromptGateway.Prompts.Preview;

namespace PromptGateway.Cli;

/// <summary>What a policy did to the payloads of a file.</summary>
internal sealed class OptimizeSummary(string policy)
{
    private readonly List<TransformTotal> _transforms = [];
    private readonly List<double> _shares = [];
    private long _before;
    private long _after;
    private bool _exact = true;

    /// <summary>Lines that could not be read.</summary>
    public List<(int Line, string Reason)> Failures { get; } = [];

    public void Add(PromptPreview preview)
    {
        _before += preview.Before.Tokens;
        _after += preview.After.Tokens;
        _exact &= preview.Before.Exact && preview.After.Exact;
        _shares.Add(preview.Before.Tokens == 0 ? 0 : 100d * preview.TokensSaved / preview.Before.Tokens);
        for (var index = 0; index < preview.Steps.Count; index++)
        {
            var report = preview.Steps[index].Report;
            if (index == _transforms.Count)
                _transforms.Add(new TransformTotal(report.Name, JsonNamingPolicy.SnakeCaseLower.ConvertName(report.Class.ToString())));
            _transforms[index].Add(preview.Steps[index]);
        }
    }

    public void WriteTable(TextWriter output, TerminalStyle style)
    {
        TextTable.Write(
            output,
            ["transform", "class", ">applied", ">tokens saved", ">median us", "skipped because"],
            [.. _transforms.Select(Cells)]
        );
        output.WriteLine();
        var saved = _before - _after;
        var line = string.Create(
            CultureInfo.InvariantCulture,
            $"{policy}: {_shares.Count} requests, {_before} -> {_after} tokens ({(_exact ? "exact" : "estimated")}), saved {saved} ({Percent(saved, _before):0.0} %)"
        );
        output.WriteLine(
            saved > 0 ? style.Good(line)
            : saved < 0 ? style.Bad(line)
            : line
        );
        if (_shares.Count > 1)
            output.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"per request: median {Share(0.5):0.0} %, from {Share(0.1):0.0} % (10th percentile) to {Share(0.9):0.0} % (90th)"
                )
            );
    }

    public void WriteJson(TextWriter output) =>
        output.WriteLine(
            JsonSerializer.Serialize(
                new
                {
                    policy,
                    requests = _shares.Count,
                    failed = Failures.Count,
                    tokens = new
                    {
                        before = _before,
                        after = _after,
                        saved = _before - _after,
                    },
                    token_count = _exact ? "exact" : "estimated",
                    saved_percent = _shares.Count == 0
                        ? null
                        : new
                        {
                            p10 = Math.Round(Share(0.1), 2),
                            median = Math.Round(Share(0.5), 2),
                            p90 = Math.Round(Share(0.9), 2),
                        },
                    transforms = _transforms.Select(transform => new
                    {
                        name = transform.Name,
                        @class = transform.Class,
                        applied = transform.Applied,
                        tokens_saved = transform.TokensSaved,
                        median_microseconds = Math.Round(transform.MedianMicroseconds, 1),
                        skipped_because = transform.SkippedBecause.ToDictionary(reason => reason.Key, reason => reason.Value),
                    }),
                    failures = Failures.Select(failure => new { line = failure.Line, reason = failure.Reason }),
                },
                Admin.AdminJson.Indented
            )
        );

    private double Share(double quantile)
    {
        _shares.Sort();
        return Quantile.Of(_shares, quantile);
    }

    private static double Percent(long part, long whole) => whole == 0 ? 0 : 100d * part / whole;

    private static string[] Cells(TransformTotal transform) =>
        [
            transform.Name,
            transform.Class,
            transform.Applied.ToString(CultureInfo.InvariantCulture),
            transform.TokensSaved.ToString(CultureInfo.InvariantCulture),
            transform.MedianMicroseconds.ToString("0.0", CultureInfo.InvariantCulture),
            string.Join(", ", transform.SkippedBecause.Take(2).Select(reason => $"{reason.Key} {reason.Value}")),
        ];
}
