using System.Text.Json.Serialization;
using PromptGateway.RateLimits;

namespace PromptGateway.Admin;

/// <summary>A rule of limits as the admin API shows it.</summary>
internal sealed record LimitRuleView
{
    /// <summary>Null for a rule of the configuration.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Id { get; init; }

    /// <summary><c>store</c> or <c>configuration</c>.</summary>
    public required string Source { get; init; }
    public required RateLimitRule Rule { get; init; }

    public static LimitRuleView Of(RateLimitRule rule) =>
        new()
        {
            Id = rule.Id,
            Source = rule.Id is null ? "configuration" : "store",
            Rule = rule,
        };
}
