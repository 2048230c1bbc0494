using PromptGateway.Storage;

namespace PromptGateway.Hosting;

/// <summary>
/// Notices a second gateway on the same SQLite file: keys and ledger stand that, but limits and budgets are counted by each gateway for
/// itself, and several together let a multiple through. It is a warning, since one may come up while the other still drains.
/// The lock is the process's: it is free again when the process ends, however that ends.
/// </summary>
internal sealed class DirectoryClaim(StorageOptions storage, ILogger<DirectoryClaim> log) : IDisposable
{
    public const string FileName = "gateway.lock";

    /// <summary>What an open that meets another's lock fails with: EWOULDBLOCK of Linux and macOS, ERROR_SHARING_VIOLATION of Windows.</summary>
    private static readonly int[] Taken = [11, 35, unchecked((int)0x80070020)];

    private FileStream? _lock;

    public void Take()
    {
        if (storage.Postgres is not null)
            return;
        try
        {
            // Nothing has made it yet when both first keys come from the environment.
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(storage.DataDirectory);
            else
                Directory.CreateDirectory(storage.DataDirectory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            _lock = new FileStream(
                Path.Combine(storage.DataDirectory, FileName),
                FileMode.OpenOrCreate,
                FileAccess.ReadWrite,
                FileShare.None
            );
        }
        catch (IOException e) when (Taken.Contains(e.HResult))
        {
            log.LogWarning(
                "Another gateway uses the data directory {Directory}: limits and budgets are counted by each for itself, so that together they "
                    + "let more through. Give each its own directory (--data), or share a PostgreSQL (docs/guides/replicas.md)",
                Path.GetFullPath(storage.DataDirectory)
            );
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.LogWarning("A second gateway in the same data directory would not be noticed: {Reason}", e.Message);
        }
    }

    public void Dispose() => _lock?.Dispose();
}
