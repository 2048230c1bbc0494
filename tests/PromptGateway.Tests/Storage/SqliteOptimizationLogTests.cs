using PromptGateway.Experiments.Feedback;
using PromptGateway.Experiments.Report;
using PromptGateway.Storage.Sqlite;
using PromptGateway.Usage;

namespace PromptGateway.Tests.Storage;

public sealed class SqliteOptimizationLogTests : OptimizationLogContract, IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly List<IDisposable> _open = [];

    private protected override IOptimizationLog Open() => new SqliteOptimizationLog(new SqliteDatabase(_directory.Path));

    private protected override IUsageLog OpenLedger() => Keep(new SqliteUsageLog(new SqliteDatabase(_directory.Path)));

    private protected override IFeedbackStore OpenFeedback() => Keep(new SqliteFeedbackStore(new SqliteDatabase(_directory.Path)));

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
