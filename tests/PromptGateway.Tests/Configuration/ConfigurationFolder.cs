using PromptGateway.Configuration;

namespace PromptGateway.Tests.Configuration;

/// <summary>A directory with configuration and secret files, and an environment of its own.</summary>
internal sealed class ConfigurationFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("promptgateway-config-").FullName;
    public Dictionary<string, string> Environment { get; } = [];
    public Dictionary<string, ConfigurationValue> CommandLine { get; } = [];
    public string Secrets => System.IO.Path.Combine(Path, "secrets");

    public ConfigurationSources Sources =>
        new()
        {
            ConfigPath = Path,
            Environment = name => Environment.GetValueOrDefault(name),
            VariableNames = () => Environment.Keys,
            SecretsDirectory = Secrets,
            CommandLine = CommandLine,
        };

    public LoadedConfiguration Load() => LoadedConfiguration.From(Sources);

    public IReadOnlyList<string> Check() => ConfigurationCheck.Run(Load(), routing: null);

    public string Write(string name, string text)
    {
        var file = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
        return file;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
