using PromptGateway.Keys;
using PromptGateway.Storage;
using PromptGateway.Storage.Sqlite;
using PromptGateway.Tests.Keys;

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

    [Fact]
    public async Task Ring_TenThousandKeys_FindsEachAndReadsOnlyWhatChanges()
    {
        var database = new SqliteDatabase(_directory.Path);
        string Secret(int i) => KeySecret.Create(KeySecret.ApiPrefix, bytes => BitConverter.TryWriteBytes(bytes, i));
        using (var connection = database.Open(Durability.ProcessCrash))
        using (var transaction = connection.BeginTransaction())
        {
            for (var i = 1; i <= 10_000; i++)
                connection.ExecuteInOrder(
                    KeyColumns.InsertSql,
                    KeyColumns.Values(SampleKeys.Plain($"key_{i}", Secret(i)) with { Version = i })
                );
            connection.Execute("UPDATE counters SET value = 10000");
            transaction.Commit();
        }
        var store = Open();
        using var ring = new KeyRing(store, new KeysOptions(), TimeProvider.System);
        await ring.RefreshAsync(default);

        for (var i = 1; i <= 10_000; i++)
            ring.Find(Secret(i)).Caller!.Id.ShouldBe($"key_{i}");
        ring.Find(Secret(10_001)).Status.ShouldBe(KeyStatus.Unknown);
        await store.UpdateAsync("key_5000", key => key with { RevokedAt = SampleKeys.Created }, default);
        (await store.ReadChangesAsync(10_000, default)).Changed.ShouldHaveSingleItem().Id.ShouldBe("key_5000");
        await ring.RefreshAsync(default);
        ring.Find(Secret(5000)).Status.ShouldBe(KeyStatus.Revoked);
        ring.Find(Secret(5001)).Status.ShouldBe(KeyStatus.Found);
    }

    public void Dispose()
    {
        _open.ForEach(store => store.Dispose());
        _directory.Dispose();
    }
}
