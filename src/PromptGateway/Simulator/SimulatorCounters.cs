namespace PromptGateway.Simulator;

/// <summary>How many requests the simulator saw and how they ended.</summary>
internal sealed class SimulatorCounters
{
    private long _started,
        _completed,
        _abandoned;

    /// <summary>Authenticated requests so far.</summary>
    public long Started => Interlocked.Read(ref _started);

    /// <summary>Those answered to their end, errors and cut streams included.</summary>
    public long Completed => Interlocked.Read(ref _completed);

    /// <summary>Those whose connection went away first (the client left, or a reset was asked for).</summary>
    public long Abandoned => Interlocked.Read(ref _abandoned);

    public void Start() => Interlocked.Increment(ref _started);

    public void Complete() => Interlocked.Increment(ref _completed);

    public void Abandon() => Interlocked.Increment(ref _abandoned);
}
