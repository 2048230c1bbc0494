using System.Text.Json.Serialization;

namespace PromptGateway.Keys;

/// <summary>One budget of a key as it is declared: <c>{"usd":10.0,"per":"month","mode":"strict"}</c>. Either money or tokens.</summary>
internal sealed record BudgetSpec
{
    /// <summary>US dollars.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public decimal? Usd { get; init; }

    /// <summary>Tokens, of prompt and answer together.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Tokens { get; init; }

    /// <summary><c>total</c>, <c>day</c>, <c>week</c>, <c>month</c>, or <c>session</c>: each conversation of a key has one of its own.</summary>
    public string Per { get; init; } = "total";

    /// <summary><c>strict</c> (reserves the worst case), <c>hard</c> or <c>soft</c> (only warns).</summary>
    public string Mode { get; init; } = "hard";

    /// <summary>Only requests for these models (globs) count; absent: all.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Models { get; init; }

    /// <summary>Shares in percent at which somebody is told; absent: 80 and 100, and none where each session has its own budget.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<int>? AlertAt { get; init; }

    /// <summary>
    /// While replicas cannot ask their database and a lease has run out: <c>fail_closed</c> (refuses) or <c>fail_open</c> (admits within
    /// <c>Counters:FailOpenShare</c> of the amount on each replica). Absent: <c>fail_closed</c>.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? OnStoreFailure { get; init; }

    /// <summary>A stream that has used the budget up is ended there.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool StopStreams { get; init; }

    /// <summary>Each session of a key has it for itself.</summary>
    [JsonIgnore]
    public bool IsPerSession => Per == "session";
}
