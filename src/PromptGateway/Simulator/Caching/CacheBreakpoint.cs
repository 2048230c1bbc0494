namespace PromptGateway.Simulator.Caching;

/// <summary>An explicit cache mark behind a prompt segment (Anthropic's <c>cache_control</c>).</summary>
internal enum CacheBreakpoint
{
    None,
    FiveMinutes,
    OneHour,
}
