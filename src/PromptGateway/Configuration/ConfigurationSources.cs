using System.Security.Cryptography;
using System.Text;

namespace PromptGateway.Configuration;

/// <summary>
/// Everything that settings come from, in the one order that there is: built in, <c>appsettings.json</c>, <c>yarp.json</c>, secret
/// files, environment, command line. Later ones win, setting by setting.
/// </summary>
internal sealed class ConfigurationSources
{
    public const string EnvironmentPrefix = "PROMPTGATEWAY__";

    /// <summary>A file (the one with the upstreams) or a directory; null: the current directory.</summary>
    public string? ConfigPath { get; init; }

    /// <summary>Environment variable by name, null when it is not set.</summary>
    public Func<string, string?> Environment { get; init; } = Variable;

    /// <summary>Names of all environment variables.</summary>
    public Func<IEnumerable<string>> VariableNames { get; init; } = () => [];

    /// <summary>Where container runtimes mount secrets.</summary>
    public string SecretsDirectory { get; init; } = "/run/secrets";

    /// <summary>By key: value and the option that it was given by.</summary>
    public IReadOnlyDictionary<string, ConfigurationValue> CommandLine { get; init; } = new Dictionary<string, ConfigurationValue>();

    /// <summary>The process's own environment.</summary>
    public static ConfigurationSources OfProcess(string? configPath, IReadOnlyDictionary<string, ConfigurationValue> commandLine) =>
        new()
        {
            ConfigPath = configPath ?? Variable(PromisedVariables.Config),
            VariableNames = () => System.Environment.GetEnvironmentVariables().Keys.Cast<string>(),
            CommandLine = commandLine,
        };

    private bool IsDirectory => ConfigPath is { } path && Directory.Exists(path);
    private string Folder =>
        Path.GetFullPath(
            IsDirectory ? ConfigPath!
            : ConfigPath is null ? "."
            : Path.GetDirectoryName(Path.GetFullPath(ConfigPath))!
        );

    public ConfigurationFile Settings => new(Path.Combine(Folder, "appsettings.json"), required: false);

    public ConfigurationFile Routing =>
        ConfigPath is null || IsDirectory
            ? new(Path.Combine(Folder, "yarp.json"), required: false)
            : new(Path.GetFullPath(ConfigPath), required: true);

    public SecretFiles Secrets => new(SecretsDirectory, Environment);

    /// <summary>An environment variable, else the secret file of that name: what <c>${NAME}</c> stands for.</summary>
    public string? Named(string name) => Environment(name) is { Length: > 0 } value ? value : Secrets.Find(name)?.Text;

    /// <summary>
    /// Changes when the content of a file does: of the two of settings, of the secrets in their directory, and of every file that a
    /// <c>NAME_FILE</c> names and that something reads. Null while a file that was there cannot be read: it is just being replaced, and
    /// one that is gone keeps its last content.
    /// </summary>
    public string? Stamp(string? previous)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var there = "";
        var texts = new List<string>();
        foreach (var file in (ConfigurationFile[])[Settings, Routing])
            try
            {
                var content = file.Content();
                there += content is null ? '-' : '+';
                hash.AppendData(content ?? []);
                hash.AppendData([0]);
                texts.Add(Encoding.UTF8.GetString(content ?? []));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return null;
            }
        AddSecrets(hash, texts);
        if (previous is not null && there.Where((now, i) => now == '-' && previous[i] == '+').Any())
            return null;
        return there + Convert.ToHexString(hash.GetHashAndReset());
    }

    /// <param name="hash">Gets the values.</param>
    /// <param name="texts">Everything read so far that may refer to a name.</param>
    private void AddSecrets(IncrementalHash hash, List<string> texts)
    {
        var inFiles = EnvironmentSettings.FileVariables(this).ToArray();
        string[] settings =
        [
            .. Secrets
                .Names()
                .Concat(PromisedVariables.All.Select(variable => variable.Name))
                .Concat(inFiles.Where(EnvironmentSettings.IsSetting))
                .Distinct(),
        ];
        texts.AddRange(Secrets.AddTo(hash, settings));
        texts.AddRange(VariableNames().Where(EnvironmentSettings.IsSetting).Select(name => Environment(name) ?? ""));
        // Any other variable may end in _FILE for reasons of its own.
        Secrets.AddTo(
            hash,
            inFiles.Except(settings).Where(name => texts.Exists(text => text.Contains($"${{{name}}}", StringComparison.Ordinal)))
        );
    }

    private static string? Variable(string name) => System.Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
