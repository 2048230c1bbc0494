using System.Security.Cryptography;
using System.Text;

namespace PromptGateway.Configuration;

/// <summary>
/// Secrets in files, as Docker and Kubernetes mount them: the file that <c>NAME_FILE</c> names, else <c>/run/secrets/NAME</c>.
/// A line break at the end does not belong to the value.
/// </summary>
internal sealed class SecretFiles(string directory, Func<string, string?> environment)
{
    /// <summary>Larger files hold no secret.</summary>
    private const int Largest = 64 * 1024;

    public string Directory => directory;

    /// <summary>The value and the path that it came from; null when there is no such file.</summary>
    /// <exception cref="ConfigurationException"><c>NAME_FILE</c> names a file that cannot be read.</exception>
    public ConfigurationValue? Find(string name)
    {
        var named = environment(name + PromisedVariables.FileSuffix);
        var path = string.IsNullOrWhiteSpace(named) ? Path.Combine(directory, name) : named;
        try
        {
            if (string.IsNullOrWhiteSpace(named) && !File.Exists(path))
                return null;
            return new ConfigurationValue(Text(path), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException([$"{name}{PromisedVariables.FileSuffix}: {e.Message}"]);
        }
    }

    /// <summary>Names of the files in the directory; those that mounting makes for itself (<c>..data</c>) are left out.</summary>
    public IEnumerable<string> Names()
    {
        try
        {
            return
            [
                .. new DirectoryInfo(directory)
                    .EnumerateFiles()
                    .Select(file => file.Name)
                    .Where(name => !name.StartsWith('.'))
                    .Order(StringComparer.Ordinal),
            ];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>Adds what the files hold to a hash that tells whether anything changed.</summary>
    /// <returns>What they hold.</returns>
    public List<string> AddTo(IncrementalHash hash, IEnumerable<string> names)
    {
        var texts = new List<string>();
        foreach (var name in names)
            try
            {
                var text = Find(name)?.Text ?? "";
                hash.AppendData(Encoding.UTF8.GetBytes($"{name}={text}\n"));
                texts.Add(text);
            }
            catch (ConfigurationException e)
            {
                hash.AppendData(Encoding.UTF8.GetBytes(e.Message));
            }
        return texts;
    }

    private static string Text(string path)
    {
        var file = new FileInfo(path);
        // A link is measured by what it points to.
        if ((file.ResolveLinkTarget(returnFinalTarget: true) is FileInfo target ? target.Length : file.Length) > Largest)
            throw new IOException($"{path} has more than {Largest} bytes, which no secret has.");
        return File.ReadAllText(path).TrimEnd('\r', '\n');
    }
}
