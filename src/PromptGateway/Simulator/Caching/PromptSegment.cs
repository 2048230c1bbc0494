namespace PromptGateway.Simulator.Caching;

/// <summary>One piece of a prompt, in the order in which the provider reads it (tools, system, messages).</summary>
/// <param name="Hash">Hash of everything in the piece that the model sees.</param>
/// <param name="Tokens">Its tokens, the overhead of its message included.</param>
/// <param name="Breakpoint">Set if the prompt up to and including this piece is to be cached explicitly.</param>
internal readonly record struct PromptSegment(ulong Hash, int Tokens, CacheBreakpoint Breakpoint = CacheBreakpoint.None);
