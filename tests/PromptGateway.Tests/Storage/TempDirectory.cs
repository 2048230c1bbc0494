namespace PromptGateway.Tests.Storage;

/// <summary>A directory that does not exist yet and is gone with everything in it at the end.</summary>
internal sealed class TempDirectory : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("promptgateway-").FullName;

    public string Path => System.IO.Path.Combine(_root, "data");

    public void Dispose() => Directory.Delete(_root, recursive: true);
}
