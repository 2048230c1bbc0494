using PromptGateway.Experiments.Feedback;
using PromptGateway.Storage.Sqlite;
using PromptGateway.Usage;

namespace PromptGateway.Tests.Storage;

public sealed class SqliteFeedbackStoreTests : FeedbackStoreContract, IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly List<IDisposable> _open = [];

    private protected override IFeedbackStore Open() => Keep(new SqliteFeedbackStore(new SqliteDatabase(_directory.Path)));

    private protected override IUsageLog OpenLedger() => Keep(new SqliteUsageLog(new SqliteDatabase(_directory.Path)));

    public void Dispose()
    {
        _open.ForEach(store => store.Dispose());
        _directory.Dispose();
    }

    private T Keep<T>(T store)
        where T : IDisposable
    {
        _open.Add(store);
        return store;
    }
}
