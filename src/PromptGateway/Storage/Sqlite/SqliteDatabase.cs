using Microsoft.Data.Sqlite;

namespace PromptGateway.Storage.Sqlite;

/// <summary>
/// The file <c>promptgateway.db</c> in the data directory, in WAL mode. The first <see cref="Open"/> creates directory (0700) and
/// file (0600) and brings the schema up to date; any number of processes may do so at the same time.
/// </summary>
internal sealed class SqliteDatabase
{
    public const string FileName = "promptgateway.db";

    /// <summary>How long a statement waits for another process's transaction before it fails.</summary>
    private const int BusySeconds = 10;

    // Closing any descriptor of a file drops all POSIX locks that the process holds on it, so a file is created and closed before
    // any connection of this process can exist.
    private static readonly Lock CreateGate = new();
    private readonly Lock _upgradeGate = new();
    private volatile bool _upgraded;

    static SqliteDatabase() => SQLitePCL.Batteries_V2.Init();

    public SqliteDatabase(string dataDirectory) => Path = System.IO.Path.Combine(System.IO.Path.GetFullPath(dataDirectory), FileName);

    public string Path { get; }

    /// <exception cref="StorageException">The file is not a database that this version can use.</exception>
    /// <exception cref="SqliteException">The database is locked or fails.</exception>
    public SqliteConnection Open(Durability durability)
    {
        if (!_upgraded)
            Upgrade();
        var connection = Connect();
        SqlitePragma.Execute(connection, durability == Durability.PowerLoss ? "synchronous=FULL" : "synchronous=NORMAL");
        return connection;
    }

    private void Upgrade()
    {
        lock (_upgradeGate)
        {
            if (_upgraded)
                return;
            CreateFile();
            try
            {
                using var connection = Connect();
                SqliteSchema.Upgrade(connection, Path);
            }
            catch (SqliteException e) when (e.SqliteErrorCode is SQLitePCL.raw.SQLITE_NOTADB or SQLitePCL.raw.SQLITE_CORRUPT)
            {
                throw new StorageException($"{Path} is not a usable SQLite database: {e.Message} Move it away or restore a backup.", e);
            }
            _upgraded = true;
        }
    }

    private SqliteConnection Connect()
    {
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder
            {
                DataSource = Path,
                Mode = SqliteOpenMode.ReadWrite,
                Pooling = false,
                DefaultTimeout = BusySeconds,
            }.ToString()
        );
        try
        {
            connection.Open();
            // SqliteCommand repeats a busy statement every 150 ms within DefaultTimeout. SQLite's own waiting is left off: the bundled
            // build knows no sleep shorter than a second.
            SqlitePragma.Execute(connection, "busy_timeout=0");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private void CreateFile()
    {
        lock (CreateGate)
            try
            {
                var directory = System.IO.Path.GetDirectoryName(Path)!;
                if (OperatingSystem.IsWindows())
                    Directory.CreateDirectory(directory);
                else
                    Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
                if (File.Exists(Path))
                    return;
                var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
                if (!OperatingSystem.IsWindows())
                    options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
                new FileStream(Path, options).Dispose();
            }
            catch (IOException) when (File.Exists(Path))
            {
                // Another process was faster.
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new StorageException(
                    $"Cannot create the database {Path}: {e.Message} Choose a writable directory with PROMPTGATEWAY_DATA.",
                    e
                );
            }
    }
}
