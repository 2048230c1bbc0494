using System.Globalization;

namespace PromptGateway.Prompts.Optimization;

/// <summary>
/// The settings of one transform in <c>Optimization:Policies:NAME:Transforms</c>: its name alone, or <c>Name</c> with further members.
/// Notes what was asked for, so that a setting that nobody reads is a fault.
/// </summary>
internal sealed class TransformSettings(IConfigurationSection section, List<string> errors)
{
    private readonly HashSet<string> _read = new(StringComparer.OrdinalIgnoreCase) { "Name" };

    public string Name => section.Value ?? section["Name"] ?? "";

    public bool Flag(string name, bool standard)
    {
        _read.Add(name);
        if (section[name] is not { } text)
            return standard;
        if (bool.TryParse(text, out var value))
            return value;
        errors.Add($"{section.Path}:{name} is '{text}', expected true or false");
        return standard;
    }

    public int Number(string name, int standard, int least, int most)
    {
        _read.Add(name);
        if (section[name] is not { } text)
            return standard;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most)
            return value;
        errors.Add($"{section.Path}:{name} is '{text}', expected {least} to {most}");
        return standard;
    }

    /// <summary>Null when it is not there.</summary>
    public string? Optional(string name)
    {
        _read.Add(name);
        return string.IsNullOrWhiteSpace(section[name]) ? null : section[name]!.Trim();
    }

    /// <summary>Null only when it is neither there nor required; a missing required one is noted.</summary>
    public string? Text(string name, bool required)
    {
        _read.Add(name);
        if (section[name] is { } text && !string.IsNullOrWhiteSpace(text))
            return text;
        if (required)
            errors.Add($"{section.Path}:{name} is missing: {Name} needs it");
        return required ? name : null;
    }

    /// <summary>To be called when all settings were read.</summary>
    public void RefuseOthers()
    {
        foreach (var child in section.GetChildren())
            if (!_read.Contains(child.Key))
                errors.Add($"{child.Path} is not a setting of {Name}; it has {string.Join(", ", _read.Where(name => name != "Name"))}");
    }

    public void Refuse(string message) => errors.Add($"{section.Path} {message}");
}
