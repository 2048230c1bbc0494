using System.Text.Json;

namespace PromptGateway.Configuration;

/// <summary>A JSON file, read anew each time, so that a broken version cannot wipe out a good one.</summary>
/// <param name="path">Full path.</param>
/// <param name="required">True when the operator named the file: then it must exist.</param>
internal sealed class ConfigurationFile(string path, bool required)
{
    public string Path => path;
    public string Name => System.IO.Path.GetFileName(path);

    public void ReadInto(LoadedConfiguration loaded)
    {
        try
        {
            if (Content() is { } bytes)
                foreach (var (key, value) in Flatten(bytes))
                    loaded.Set(key, value, path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException or JsonException)
        {
            loaded.Fail($"{path}: {(e as FormatException)?.InnerException?.Message ?? e.Message}");
        }
    }

    /// <summary>
    /// Null when there is no file and none is required. Compared by content, it does not matter how a change arrives: an editor's
    /// rename, or the symbolic link by which Kubernetes swaps a ConfigMap.
    /// </summary>
    public byte[]? Content() => required || File.Exists(path) ? File.ReadAllBytes(path) : null;

    private static IEnumerable<KeyValuePair<string, string?>> Flatten(byte[] json) =>
        new ConfigurationBuilder().AddJsonStream(new MemoryStream(json)).Build().AsEnumerable().Where(pair => pair.Value is not null);
}
