using PromptGateway.Experiments.Switches;
using PromptGateway.Storage.Sqlite;

namespace PromptGateway.Tests.Storage;

public sealed class SqliteSwitchStoreTests : SwitchStoreContract, IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly List<SqliteSwitchStore> _open = [];

    private protected override ISwitchStore Open()
    {
        var store = new SqliteSwitchStore(new SqliteDatabase(_directory.Path));
        _open.Add(store);
        return store;
    }

    public void Dispose()
    {
        _open.ForEach(store => store.Dispose());
        _directory.Dispose();
    }
}
