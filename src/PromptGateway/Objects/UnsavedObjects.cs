using System.Collections.Concurrent;

namespace PromptGateway.Objects;

/// <summary>
/// Objects that were made while the database did not take them: known here, and tried again until it does. A batch that nobody knows of
/// would never be charged, and be everybody's.
/// </summary>
internal sealed class UnsavedObjects(IObjectStore store, TimeProvider time, ILogger<UnsavedObjects> log) : BackgroundService
{
    /// <summary>More are not kept in memory, and are lost.</summary>
    private const int Most = 10_000;
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    /// <summary>The client waits for the end of its answer meanwhile.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private readonly ConcurrentDictionary<string, StoredObject> _waiting = new(StringComparer.Ordinal);

    public StoredObject? Find(string id) => _waiting.IsEmpty ? null : _waiting.GetValueOrDefault(id);

    /// <summary>It is no more.</summary>
    public void Forget(string id) => _waiting.TryRemove(id, out _);

    /// <exception cref="IOException">Neither the database nor memory takes it.</exception>
    public async Task PutAsync(StoredObject made)
    {
        // With others waiting the database has just failed.
        if (_waiting.IsEmpty && await TryPutAsync(made))
            return;
        if (_waiting.Count >= Most)
            throw new IOException($"The database takes no objects, and {Most} wait for it in memory already.");
        _waiting[made.Id] = made;
    }

    /// <summary>Tries all that wait once more; the first failure ends it.</summary>
    public async Task SaveAsync(CancellationToken cancellationToken)
    {
        try
        {
            foreach (var waiting in _waiting)
            {
                // It may be there: of a try that was given up nobody knows how it ended.
                await store.AddAsync(waiting.Value, cancellationToken);
                _waiting.TryRemove(waiting);
            }
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            log.LogDebug(e, "{Objects} objects of providers still wait for the database", _waiting.Count);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(RetryAfter, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                if (!_waiting.IsEmpty)
                    await SaveAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            // The gateway stops.
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (_waiting.IsEmpty)
            return;
        using var patience = new CancellationTokenSource(Patience, time);
        await SaveAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var (_, made) in _waiting)
            log.LogError("{Kind} {Id} of {Key} is forgotten: the database does not take it", made.Kind, made.Id, made.KeyId);
    }

    private async Task<bool> TryPutAsync(StoredObject made)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        try
        {
            await store.PutAsync(made, patience.Token);
            return true;
        }
        catch (Exception e)
        {
            log.LogError(
                e,
                "The database does not take {Kind} {Id}; it is kept in memory and tried again until it does",
                made.Kind,
                made.Id
            );
            return false;
        }
    }
}
