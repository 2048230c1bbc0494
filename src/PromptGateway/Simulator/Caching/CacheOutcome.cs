namespace PromptGateway.Simulator.Caching;

/// <summary>What the provider's prompt cache did with one prompt, in tokens. Neither counts what the other counts.</summary>
/// <param name="Cached">Read from the cache.</param>
/// <param name="Written">Written to it, to be kept for five minutes (or the automatic cache's time).</param>
/// <param name="Written1h">Written to it, to be kept for an hour.</param>
internal readonly record struct CacheOutcome(long Cached, long Written, long Written1h);
