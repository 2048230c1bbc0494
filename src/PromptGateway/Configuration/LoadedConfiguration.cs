namespace PromptGateway.Configuration;

/// <summary>All sources laid over each other: the effective settings, each with its origin, and what could not be read.</summary>
internal sealed class LoadedConfiguration
{
    private readonly Dictionary<string, ConfigurationValue> _values = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> _errors = [];

    public IReadOnlyDictionary<string, ConfigurationValue> Values => _values;

    /// <summary>Files that do not parse, variables that are misspelt. Whether the values make sense is asked by <see cref="ConfigurationCheck"/>.</summary>
    public IReadOnlyList<string> Errors => _errors;

    /// <summary>What the files were like just before they were read.</summary>
    public string? Stamp { get; private init; }

    public static LoadedConfiguration From(ConfigurationSources sources)
    {
        var loaded = new LoadedConfiguration { Stamp = sources.Stamp(null) };
        sources.Settings.ReadInto(loaded);
        sources.Routing.ReadInto(loaded);
        EnvironmentSettings.ReadSecrets(sources, loaded);
        EnvironmentSettings.ReadVariables(sources, loaded);
        foreach (var (key, value) in sources.CommandLine)
            loaded._values[key] = value;
        return loaded;
    }

    public void Set(string key, string? text, string origin) => _values[key] = new ConfigurationValue(text, origin);

    public void Fail(string error) => _errors.Add(error);

    public IConfigurationRoot ToConfiguration() => new ConfigurationBuilder().AddInMemoryCollection(Pairs()).Build();

    public IEnumerable<KeyValuePair<string, string?>> Pairs() => _values.Select(pair => KeyValuePair.Create(pair.Key, pair.Value.Text));

    /// <summary>Where a setting, or the first one below it, comes from.</summary>
    public string? OriginOf(string path) =>
        _values.TryGetValue(path, out var value)
            ? value.Origin
            : _values
                .Where(pair => pair.Key.StartsWith(path + ":", StringComparison.OrdinalIgnoreCase))
                .Select(pair => pair.Value.Origin)
                .FirstOrDefault();

    /// <summary>Sections whose settings differ between the two.</summary>
    public IEnumerable<string> ChangedSections(LoadedConfiguration other) =>
        _values
            .Keys.Union(other._values.Keys, StringComparer.OrdinalIgnoreCase)
            .Where(key => _values.GetValueOrDefault(key).Text != other._values.GetValueOrDefault(key).Text)
            .Select(key => key.Split(':')[0])
            .Distinct(StringComparer.OrdinalIgnoreCase)
            .Order(StringComparer.Ordinal);
}
