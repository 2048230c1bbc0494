using PromptGateway.Experiments.Statistics;

namespace PromptGateway.Cli.Replay;

/// <summary>One model's answers of one side, summed up; failed requests count in nothing but the errors.</summary>
internal sealed record ReplayFigures
{
    public required string Model { get; init; }

    /// <summary>The policy, or <c>none</c>.</summary>
    public required string Policy { get; init; }
    public required int Requests { get; init; }
    public required int Errors { get; init; }
    public required long InputTokens { get; init; }
    public required long CachedInputTokens { get; init; }
    public required long OutputTokens { get; init; }

    /// <summary>Null when the price of the model is not known.</summary>
    public required decimal? CostUsd { get; init; }
    public required double? LatencyP50Ms { get; init; }
    public required double? LatencyP95Ms { get; init; }

    /// <summary>Mean, from 0 to 1; null when nothing was graded.</summary>
    public required double? Quality { get; init; }
    public required int Graded { get; init; }

    public static ReplayFigures Of(string model, string policy, IReadOnlyList<ReplayAnswer> answers)
    {
        var good = answers.Where(answer => answer.Error is null).ToList();
        var grades = good.Where(answer => answer.Grade is not null).Select(answer => answer.Grade!.Value).ToList();
        var latencies = good.Select(answer => answer.LatencyMs).Order().ToList();
        return new ReplayFigures
        {
            Model = model,
            Policy = policy,
            Requests = answers.Count,
            Errors = answers.Count - good.Count,
            InputTokens = good.Sum(answer => answer.InputTokens),
            CachedInputTokens = good.Sum(answer => answer.CachedInputTokens),
            OutputTokens = good.Sum(answer => answer.OutputTokens),
            CostUsd = good.Count > 0 && good.All(answer => answer.CostUsd is not null) ? good.Sum(answer => answer.CostUsd) : null,
            LatencyP50Ms = latencies.Count == 0 ? null : Math.Round(Quantile.Of(latencies, 0.5), 1),
            LatencyP95Ms = latencies.Count == 0 ? null : Math.Round(Quantile.Of(latencies, 0.95), 1),
            Quality = grades.Count == 0 ? null : Math.Round(grades.Average(), 4),
            Graded = grades.Count,
        };
    }
}
