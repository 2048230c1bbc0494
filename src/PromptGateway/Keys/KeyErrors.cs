namespace PromptGateway.Keys;

/// <summary>Everything that is wrong with a key, by the name of its field in the admin API: <c>limits[0].per</c>.</summary>
internal sealed class KeyErrors
{
    private readonly Dictionary<string, List<string>> _errors = new(StringComparer.Ordinal);

    public bool Any => _errors.Count > 0;

    public void Add(string field, string message)
    {
        if (!_errors.TryGetValue(field, out var messages))
            _errors.Add(field, messages = []);
        messages.Add(message);
    }

    /// <summary>Adds the message unless the condition holds.</summary>
    public void Require(bool condition, string field, string message)
    {
        if (!condition)
            Add(field, message);
    }

    public IReadOnlyDictionary<string, string[]> ByField() => _errors.ToDictionary(error => error.Key, error => error.Value.ToArray());

    public IEnumerable<string> Lines() => _errors.SelectMany(error => error.Value.Select(message => $"{error.Key}: {message}"));
}
