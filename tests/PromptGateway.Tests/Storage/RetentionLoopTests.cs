using Microsoft.Extensions.Logging.Abstractions;
using PromptGateway.Experiments.Feedback;
using PromptGateway.Storage;
using PromptGateway.Usage;

namespace PromptGateway.Tests.Storage;

public sealed class RetentionLoopTests
{
    private readonly TestClock _clock = new();
    private readonly DeletingLedger _ledger = new();
    private readonly DeletingFeedback _feedback = new();

    [Fact]
    public async Task Loop_WithADayLimit_DeletesAfterTheStartAndEveryHourAlsoAfterAFailure()
    {
        using var loop = Loop(40);
        await loop.StartAsync(default);
        await PassAsync(TimeSpan.FromMinutes(1));
        (await _ledger.NextAsync()).ShouldBe(_clock.GetUtcNow().AddDays(-40));
        _feedback.DeletedBefore.ShouldBe(_clock.GetUtcNow().AddDays(-40));
        _ledger.Fails = true;
        await PassAsync(TimeSpan.FromHours(1));
        await _ledger.NextAsync();
        _ledger.Fails = false;
        await PassAsync(TimeSpan.FromHours(1));
        (await _ledger.NextAsync()).ShouldBe(_clock.GetUtcNow().AddDays(-40));

        await loop.StopAsync(default);
    }

    [Fact]
    public async Task Loop_WithoutALimit_EndsAtOnce()
    {
        using var loop = Loop(null);
        await loop.StartAsync(default);

        await loop.ExecuteTask!;
    }

    private RetentionLoop Loop(int? days) =>
        new(
            _ledger,
            _feedback,
            new StorageOptions { DataDirectory = "", RetentionDays = days },
            _clock,
            NullLogger<RetentionLoop>.Instance
        );

    private async Task PassAsync(TimeSpan time)
    {
        await _clock.TimerStartedAsync();
        _clock.Advance(time);
    }

    private sealed class DeletingLedger : IUsageLog
    {
        private readonly System.Threading.Channels.Channel<DateTimeOffset> _asked =
            System.Threading.Channels.Channel.CreateUnbounded<DateTimeOffset>();

        public volatile bool Fails;

        public ValueTask<DateTimeOffset> NextAsync() => _asked.Reader.ReadAsync();

        public Task<long> DeleteBeforeAsync(DateTimeOffset before, int batchSize, CancellationToken cancellationToken)
        {
            _asked.Writer.TryWrite(before);
            return Fails ? throw new IOException("down") : Task.FromResult(1L);
        }

        public Task AppendAsync(IReadOnlyList<UsageRecord> records, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<UsageRecord?> FindAsync(string requestId, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<UsageReport> ReportAsync(UsageQuery query, CancellationToken cancellationToken) => throw new NotSupportedException();
    }

    private sealed class DeletingFeedback : IFeedbackStore
    {
        public DateTimeOffset? DeletedBefore { get; private set; }

        public Task<int> DeleteBeforeAsync(DateTimeOffset before, CancellationToken cancellationToken)
        {
            DeletedBefore = before;
            return Task.FromResult(1);
        }

        public Task PutAsync(AnswerFeedback feedback, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<AnswerFeedback?> FindAsync(string requestId, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<string?> FindRequestAsync(string keyId, string responseId, DateTimeOffset since, CancellationToken cancellationToken) =>
            throw new NotSupportedException();
    }
}
