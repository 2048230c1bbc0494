namespace PromptGateway.Metrics;

/// <summary>Values of <c>gen_ai.token.type</c>, as Envoy AI Gateway names them.</summary>
internal static class TokenTypes
{
    public const string Input = "input";
    public const string CachedInput = "cached_input";
    public const string CacheWrite = "cache_creation_input";
    public const string Output = "output";
    public const string Reasoning = "reasoning";

    public static readonly string[] All = [Input, CachedInput, CacheWrite, Output, Reasoning];
}
