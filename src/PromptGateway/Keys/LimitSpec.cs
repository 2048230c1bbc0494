using System.Text.Json.Serialization;

namespace PromptGateway.Keys;

/// <summary>
/// One limit of a key as it is declared: <c>{"requests":3500,"per":"minute"}</c>, <c>{"tokens":90000,"per":"minute"}</c> or
/// <c>{"concurrent":16}</c>. Exactly one of the three amounts is set.
/// </summary>
internal sealed record LimitSpec
{
    /// <summary>Requests in each window.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Requests { get; init; }

    /// <summary>Tokens in each window, of prompt and answer together.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Tokens { get; init; }

    /// <summary>Requests at the same time.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Concurrent { get; init; }

    /// <summary><c>second</c>, <c>minute</c>, <c>hour</c> or <c>day</c>; absent for <see cref="Concurrent"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Per { get; init; }

    /// <summary>Only requests for these models (globs) count; absent: all.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Models { get; init; }

    /// <summary>Only requests that go to these upstreams (globs) count; absent: all.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Upstreams { get; init; }

    /// <summary>Milliseconds that a request may wait for room; absent or 0: it is refused at once.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? QueueMs { get; init; }

    /// <summary>Requests that may wait at a time; absent: 100.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? QueueLength { get; init; }
}
