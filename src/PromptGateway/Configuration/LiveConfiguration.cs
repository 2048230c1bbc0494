namespace PromptGateway.Configuration;

/// <summary>
/// The settings in use, as a source of the application's configuration. Only a configuration without mistakes gets in; whoever
/// follows the reload token therefore reads good values.
/// </summary>
internal sealed class LiveConfiguration(LoadedConfiguration initial) : ConfigurationProvider, IConfigurationSource
{
    private volatile LoadedConfiguration _current = initial;

    public LoadedConfiguration Current => _current;

    public override void Load() => Take(_current);

    public void Publish(LoadedConfiguration next)
    {
        _current = next;
        Take(next);
        OnReload();
    }

    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

    private void Take(LoadedConfiguration from) => Data = new Dictionary<string, string?>(from.Pairs(), StringComparer.OrdinalIgnoreCase);
}
