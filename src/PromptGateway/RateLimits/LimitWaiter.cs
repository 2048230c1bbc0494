namespace PromptGateway.RateLimits;

/// <summary>A request that waits for room in a limit.</summary>
/// <param name="keyId">Keys take turns.</param>
/// <param name="weight">How often it is its key's turn, beside the others.</param>
/// <param name="acquire">Tries to acquire everything the request needs; gives the limit that refused, or null when it has it all.</param>
internal sealed class LimitWaiter(string keyId, double weight, Func<RateLimitBucket?> acquire)
{
    private readonly TaskCompletionSource<bool> _over = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string KeyId => keyId;
    public double Weight => weight;

    /// <summary>True: the request has what it needs. False: it has to go away.</summary>
    public Task<bool> Over => _over.Task;

    /// <summary>Under the gate of the queue.</summary>
    public RateLimitBucket? TryAcquire() => acquire();

    public bool End(bool admitted) => _over.TrySetResult(admitted);
}
