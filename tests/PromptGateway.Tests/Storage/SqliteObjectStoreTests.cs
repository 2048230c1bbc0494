using PromptGateway.Objects;
using PromptGateway.Storage.Sqlite;
using PromptGateway.Usage;

namespace PromptGateway.Tests.Storage;

public sealed class SqliteObjectStoreTests : ObjectStoreContract, IDisposable
{
    private readonly TempDirectory _directory = new();
    private SqliteUsageLog? _ledger;
    private readonly List<SqliteObjectStore> _open = [];

    private protected override IObjectStore Open()
    {
        var store = new SqliteObjectStore(new SqliteDatabase(_directory.Path));
        _open.Add(store);
        return store;
    }

    private protected override IUsageLog OpenLedger()
    {
        _ledger = new SqliteUsageLog(new SqliteDatabase(_directory.Path));
        return _ledger;
    }

    public void Dispose()
    {
        _ledger?.Dispose();
        _open.ForEach(store => store.Dispose());
        _directory.Dispose();
    }
}
