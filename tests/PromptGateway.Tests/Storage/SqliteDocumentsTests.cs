using PromptGateway.Keys;
using PromptGateway.Storage.Sqlite;

namespace PromptGateway.Tests.Storage;

public sealed class SqliteDocumentsTests : DocumentStoreContract, IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly List<SqliteDocuments> _open = [];

    private protected override IDocumentStore Open()
    {
        var store = new SqliteDocuments(new SqliteDatabase(_directory.Path));
        _open.Add(store);
        return store;
    }

    public void Dispose()
    {
        _open.ForEach(store => store.Dispose());
        _directory.Dispose();
    }
}
