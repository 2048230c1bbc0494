namespace PromptGateway.Providers.OpenAI;

/// <summary>Which reports of usage of one call have been counted: everybody who has joined it gets all of them. For any thread.</summary>
internal sealed class CallReports
{
    /// <summary>A call ends after an hour. Beyond so many the oldest are forgotten, which others have read by then.</summary>
    private const int Most = 4096;
    private readonly Lock _gate = new();
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = [];

    /// <summary>Who is in the call. Under the lock of whoever keeps the calls.</summary>
    public int Joined { get; set; }

    /// <summary>True for one of those who ask.</summary>
    public bool IsFirst(string report)
    {
        lock (_gate)
        {
            if (!_seen.Add(report))
                return false;
            _order.Enqueue(report);
            if (_order.Count > Most)
                _seen.Remove(_order.Dequeue());
            return true;
        }
    }
}
