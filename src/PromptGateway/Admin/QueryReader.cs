using System.Globalization;

namespace PromptGateway.Admin;

/// <summary>Reads query parameters strictly: unknown, repeated and unreadable ones are faults, all reported at once.</summary>
internal sealed class QueryReader(IQueryCollection query)
{
    private readonly Dictionary<string, string[]> _errors = new(StringComparer.Ordinal);
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    public string? Text(string name)
    {
        _known.Add(name);
        var values = query[name];
        if (values.Count > 1)
            Fault(name, "is given more than once");
        var value = values.Count == 0 ? null : values[0];
        if (value is { Length: 0 or > 256 })
            Fault(name, "must have 1 to 256 characters");
        return value;
    }

    public T Choice<T>(string name, T standard, IReadOnlyDictionary<string, T> choices)
    {
        if (Text(name) is not { } text)
            return standard;
        if (choices.TryGetValue(text, out var choice))
            return choice;
        Fault(name, $"must be one of {string.Join(", ", choices.Keys)}");
        return standard;
    }

    public int Number(string name, int standard, int min, int max)
    {
        if (Text(name) is not { } text)
            return standard;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max)
            return number;
        Fault(name, $"must be a number from {min} to {max}");
        return standard;
    }

    public DateTimeOffset? Time(string name)
    {
        if (Text(name) is not { } text)
            return null;
        if (IsoTime.TryParse(text, out var time))
            return time;
        Fault(name, "must be an ISO 8601 date or time such as 2027-01-31 or 2027-01-31T12:00:00Z (write + as %2B)");
        return null;
    }

    public void Fault(string name, string message) => _errors.TryAdd(name, [message]);

    /// <exception cref="AdminProblemException">There were faults.</exception>
    public void ThrowIfFaulty()
    {
        foreach (var name in query.Keys.Where(name => !_known.Contains(name)))
            Fault(name, $"is not a parameter here; known are {string.Join(", ", _known)}");
        if (_errors.Count > 0)
            throw new AdminProblemException(AdminProblem.Invalid(_errors));
    }
}
