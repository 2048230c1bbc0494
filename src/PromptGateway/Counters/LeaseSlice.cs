namespace PromptGateway.Counters;

/// <summary>
/// How much a replica asks for in advance. Doubles while a lease is used up before its renewal, halves while most of it is left, and is
/// nothing after a renewal without use.
/// </summary>
internal sealed class LeaseSlice
{
    /// <summary>A replica that is first to come takes no more in advance than this part of the cap.</summary>
    private const int LargestPart = 8;
    private const int FirstRequests = 4;
    private long _taken;

    public long Size { get; private set; }

    public void Took(long amount) => _taken += amount;

    /// <param name="renewal">Asked because of the time, not because the lease runs low.</param>
    /// <param name="waiting">What requests wait for.</param>
    /// <param name="scarce">The last time less was granted than was asked for: more will not come by asking for more.</param>
    /// <param name="cap">Of the counter.</param>
    public void Adapt(bool renewal, long waiting, bool scarce, long cap)
    {
        if (waiting > 0)
            Size = Math.Max(scarce ? Size : Size * 2, waiting * FirstRequests);
        else if (!renewal)
            Size = scarce ? Size : Size * 2;
        else if (_taken == 0)
            Size = 0;
        else if (_taken < Size / 4)
            Size /= 2;
        Size = Math.Min(Size, Math.Max(cap / LargestPart, 0));
        _taken = 0;
    }
}
