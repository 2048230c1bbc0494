using System.Text.Json.Serialization;
using PromptGateway.Keys;

namespace PromptGateway.RateLimits;

/// <summary>Whose limit it is.</summary>
[JsonConverter(typeof(LowerCaseEnum<LimitScope>))]
internal enum LimitScope
{
    Key,
    Team,
    Model,
    Upstream,
    Gateway,
}
