using System.Security.Cryptography;

namespace PromptGateway.Routing;

/// <summary>
/// The file with the upstreams. Compared by content, so that it does not matter how a change arrives (an editor's rename, a
/// ConfigMap's symbolic link), and read anew each time, so that a broken version cannot wipe out a good one.
/// </summary>
/// <param name="path">Full path.</param>
/// <param name="required">True when the user named the file: then it must exist.</param>
internal sealed class RoutingFile(string path, bool required)
{
    public string Path => path;

    /// <summary>The <c>ReverseProxy</c> section; empty when there is no file and none is required.</summary>
    /// <exception cref="RoutingConfigException">The file is missing or is not JSON.</exception>
    public IConfiguration Read()
    {
        var builder = new ConfigurationBuilder();
        try
        {
            if (required || File.Exists(path))
                builder.AddJsonStream(new MemoryStream(File.ReadAllBytes(path)));
            return builder.Build().GetSection("ReverseProxy");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException or System.Text.Json.JsonException)
        {
            throw new RoutingConfigException([$"{path}: {e.Message}"]);
        }
    }

    /// <summary>Changes when the content does; null when the file is not there or cannot be read now.</summary>
    public string? Stamp()
    {
        try
        {
            return File.Exists(path) ? Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path))) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
