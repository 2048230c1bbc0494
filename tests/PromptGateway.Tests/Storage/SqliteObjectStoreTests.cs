using PromptGateway.Objects;
using PromptGateway.Storage.Sqlite;

namespace PromptGateway.Tests.Storage;

public sealed class SqliteObjectStoreTests : ObjectStoreContract, IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly List<SqliteObjectStore> _open = [];

    private protected override IObjectStore Open()
    {
        var store = new SqliteObjectStore(new SqliteDatabase(_directory.Path));
        _open.Add(store);
        return store;
    }

    public void Dispose()
    {
        _open.ForEach(store => store.Dispose());
        _directory.Dispose();
    }
}
