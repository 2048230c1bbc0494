using System.Collections.Concurrent;

namespace PromptGateway.Usage;

/// <summary>The habits of all keys, by model.</summary>
internal sealed class TokenForecast
{
    /// <summary>Beyond this many pairs of key and model, new ones share what is learned.</summary>
    private const int Most = 20_000;
    private readonly ConcurrentDictionary<(string Key, string? Model), TokenHabit> _habits = new();
    private readonly TokenHabit _others = new();

    public TokenHabit Of(string keyId, string? model)
    {
        if (_habits.TryGetValue((keyId, model), out var habit))
            return habit;
        return _habits.Count >= Most ? _others : _habits.GetOrAdd((keyId, model), static _ => new TokenHabit());
    }
}
