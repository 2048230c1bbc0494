namespace PromptGateway.Prompts.Preview;

/// <summary>
/// Previews burn processor time, which the proxied requests need: as many run at a time as there are two processors for, some wait, the
/// rest is refused.
/// </summary>
internal sealed class PreviewQueue : IDisposable
{
    /// <summary>Previews that run or wait; each holds its body in memory.</summary>
    public const int Most = 32;
    private readonly SemaphoreSlim _running = new(Math.Max(1, Environment.ProcessorCount / 2));
    private int _count;

    /// <summary>Runs the work off the thread that reads sockets. Null at once when too many wait already.</summary>
    public async Task<T?> TryRunAsync<T>(Func<T> work, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            if (Interlocked.Increment(ref _count) > Most)
                return null;
            await _running.WaitAsync(cancellationToken);
            try
            {
                return await Task.Run(work, cancellationToken);
            }
            finally
            {
                _running.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _count);
        }
    }

    public void Dispose() => _running.Dispose();
}
