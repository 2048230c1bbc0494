namespace PromptGateway.RateLimits;

/// <summary>Scopes and kinds as metrics and the admin API spell them; no string is made for it.</summary>
internal static class LimitNames
{
    public static string Name(this LimitScope scope) =>
        scope switch
        {
            LimitScope.Key => "key",
            LimitScope.Team => "team",
            LimitScope.Model => "model",
            LimitScope.Upstream => "upstream",
            _ => "gateway",
        };

    public static string Name(this LimitKind kind) =>
        kind switch
        {
            LimitKind.Requests => "requests",
            LimitKind.Tokens => "tokens",
            _ => "concurrent",
        };
}
