using System.Collections.Concurrent;

namespace PromptGateway.Metrics;

/// <summary>
/// The values that one metric label may take. Values that come from outside (models, keys, teams) would otherwise make as many
/// series as somebody can invent names. Known values always keep their own name; of the rest, the first <paramref name="limit"/>
/// ones do, and all later ones are counted as <see cref="Other"/>, so that sums stay exact.
/// </summary>
internal sealed class BoundedLabels(int limit)
{
    /// <summary>Stands for all values past the limit.</summary>
    public const string Other = "other";

    /// <summary>Stands for a value that is not there, or that has not earned a series.</summary>
    public const string Unknown = "unknown";

    /// <summary>Longest value kept, in UTF-16 units; the rest is cut off.</summary>
    public const int MaxLength = 128;

    private readonly ConcurrentDictionary<string, string> _values = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private int _admitted;

    /// <summary>Names that the configuration holds: they never become <see cref="Other"/>, however late they turn up.</summary>
    public void Know(IEnumerable<string> values)
    {
        foreach (var value in values)
        {
            if (Clean(value) is { Length: > 0 } clean)
                _values.TryAdd(clean, clean);
        }
    }

    /// <summary>The label for a value; always the same instance for the same label.</summary>
    /// <param name="value">As it came from outside.</param>
    /// <param name="absent">The label when there is no value.</param>
    /// <param name="admit">Whether a value seen for the first time may take one of the places that are left.</param>
    public string Of(string? value, string absent = Unknown, bool admit = true)
    {
        if (string.IsNullOrEmpty(value))
            return absent;
        var clean = Clean(value);
        if (clean.Length == 0)
            return absent;
        if (_values.TryGetValue(clean, out var label))
            return label;
        return admit ? Admit(clean) : Unknown;
    }

    private string Admit(string value)
    {
        lock (_gate)
        {
            if (_admitted >= limit)
                return _values.GetValueOrDefault(value, Other);
            if (_values.TryAdd(value, value))
                _admitted++;
            return _values[value];
        }
    }

    private static string Clean(string value)
    {
        var cut = value.AsSpan(0, Math.Min(value.Length, MaxLength));
        var trimmed = cut.Trim();
        if (trimmed.Length == value.Length && !HasBadCharacter(trimmed))
            return value;
        return string.Create(
            trimmed.Length,
            trimmed,
            static (target, source) =>
            {
                for (var i = 0; i < target.Length; i++)
                    target[i] = IsBad(source[i]) ? '_' : source[i];
            }
        );
    }

    private static bool HasBadCharacter(ReadOnlySpan<char> value)
    {
        foreach (var c in value)
        {
            if (IsBad(c))
                return true;
        }
        return false;
    }

    // Surrogates go too: a cut may have split a pair, and half a pair is not Unicode.
    private static bool IsBad(char c) => char.IsControl(c) || char.IsSurrogate(c) || c is '\u2028' or '\u2029';
}
