using System.Text.Json.Serialization;

namespace PromptGateway.Prompts.Models;

/// <summary>The model's answer, by its schema; a server without strict mode may leave anything out.</summary>
internal sealed record SummaryReply
{
    [JsonPropertyName("summary")]
    public string? Summary { get; init; }

    [JsonPropertyName("facts")]
    public IReadOnlyList<string>? Facts { get; init; }

    [JsonPropertyName("open_points")]
    public IReadOnlyList<string>? OpenPoints { get; init; }

    [JsonPropertyName("confidence")]
    public double? Confidence { get; init; }
}
