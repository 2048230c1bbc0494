namespace PromptGateway.RateLimits;

/// <summary>Whose limit it is.</summary>
internal enum LimitScope
{
    Key,
    Team,
    Model,
    Upstream,
    Gateway,
}
