namespace PromptGateway.Simulator.Behavior;

/// <summary>How token usage is reported: as the real API does, or in one of the ways that compatible servers are known for.</summary>
internal enum UsageStyle
{
    /// <summary>As the API documents it (chat streams: only when <c>include_usage</c> asks).</summary>
    Normal,

    /// <summary>Never.</summary>
    None,

    /// <summary>Chat streams: a running total on every chunk, asked or not (vLLM's <c>continuous_usage_stats</c>).</summary>
    Every,

    /// <summary>Chat streams: on the chunk that carries <c>finish_reason</c>, with no extra chunk (DeepSeek, llama.cpp).</summary>
    Merged,

    /// <summary>Present, but all zero.</summary>
    Zero,
}
