using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using PromptGateway.Objects;

namespace PromptGateway.Tests.Objects;

public sealed class UnsavedObjectsTests : IDisposable
{
    private readonly FailingStore _store = new();
    private readonly UnsavedObjects _unsaved;

    public UnsavedObjectsTests() => _unsaved = new UnsavedObjects(_store, TimeProvider.System, NullLogger<UnsavedObjects>.Instance);

    public void Dispose() => _unsaved.Dispose();

    private static StoredObject Batch(string id) =>
        new()
        {
            Id = id,
            Kind = "batches",
            Upstream = "openai",
            KeyId = "key_1",
            RequestId = "req_" + id,
            CreatedAt = DateTimeOffset.UnixEpoch,
            IsPending = true,
        };

    [Fact]
    public async Task Object_MadeWhileTheDatabaseIsAway_IsKnownAndSavedWhenItIsBack()
    {
        _store.IsAway = true;
        await _unsaved.PutAsync(Batch("b1"));
        await _unsaved.PutAsync(Batch("b2"));
        await _unsaved.SaveAsync(default);

        _unsaved.Find("b1").ShouldBe(Batch("b1"));
        _unsaved.Find("b2").ShouldBe(Batch("b2"));

        _store.IsAway = false;
        await _unsaved.SaveAsync(default);

        _store.Saved.ShouldBe([Batch("b1"), Batch("b2")], ignoreOrder: true);
        _unsaved.Find("b1").ShouldBeNull();
    }

    [Fact]
    public async Task Object_DeletedWhileTheDatabaseIsAway_IsNotSavedAfterwards()
    {
        _store.IsAway = true;
        await _unsaved.PutAsync(Batch("b1"));
        _unsaved.Forget("b1");

        _store.IsAway = false;
        await _unsaved.SaveAsync(default);

        _store.Saved.ShouldBeEmpty();
    }

    [Fact]
    public async Task Stop_WithTheDatabaseBack_SavesWhatWaits()
    {
        _store.IsAway = true;
        await _unsaved.PutAsync(Batch("b1"));
        _store.IsAway = false;

        await _unsaved.StopAsync(default);

        _store.Saved.ShouldBe([Batch("b1")]);
    }

    private sealed class FailingStore : IObjectStore
    {
        public bool IsAway { get; set; }
        public List<StoredObject> Saved { get; } = [];

        public Task PutAsync(StoredObject made, CancellationToken cancellationToken) => AddAsync(made, cancellationToken);

        public Task AddAsync(StoredObject made, CancellationToken cancellationToken)
        {
            if (IsAway)
                return Task.FromException(new SocketException());
            Saved.Add(made);
            return Task.CompletedTask;
        }

        public Task<StoredObject?> FindAsync(string id, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<IReadOnlyDictionary<string, StoredObject>> FindAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<StoredObject?> FindResponseAsync(string id, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<ChargeClaim?> ClaimAsync(string id, DateTimeOffset at, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task DeleteAsync(string id, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<int> TrimAsync(DateTimeOffset before, int most, CancellationToken cancellationToken) =>
            throw new NotSupportedException();
    }
}
