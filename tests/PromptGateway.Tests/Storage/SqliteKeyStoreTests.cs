using PromptGateway.Keys;
using PromptGateway.Storage.Sqlite;

namespace PromptGateway.Tests.Storage;

public sealed class SqliteKeyStoreTests : KeyStoreContract, IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly List<SqliteKeyStore> _open = [];

    private protected override IKeyStore Open()
    {
        var store = new SqliteKeyStore(new SqliteDatabase(_directory.Path));
        lock (_open)
            _open.Add(store);
        return store;
    }

    public void Dispose()
    {
        _open.ForEach(store => store.Dispose());
        _directory.Dispose();
    }
}
