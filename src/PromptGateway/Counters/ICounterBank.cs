namespace PromptGateway.Counters;

/// <summary>
/// Where replicas share their counters. The sum of what is booked and what is leased out never exceeds a cap by granting; leases run
/// by the bank's own clock.
/// </summary>
internal interface ICounterBank
{
    /// <summary>One round trip for any number of counters, each at most once.</summary>
    /// <param name="holder">The replica.</param>
    /// <param name="requests">What it tells and asks.</param>
    /// <param name="cancellationToken">Stops waiting; the bank may carry it out all the same.</param>
    /// <returns>An answer for each request, in their order; null for a counter that has to be opened first.</returns>
    Task<LeaseAnswer?[]> LeaseAsync(string holder, IReadOnlyList<LeaseRequest> requests, CancellationToken cancellationToken);

    /// <summary>
    /// Makes a counter of <see cref="CounterKind.Ledger"/>, which begins with the sum of the ledger's rows. Takes as long as reading them.
    /// </summary>
    Task OpenAsync(LeaseRequest request, CancellationToken cancellationToken);

    /// <summary>The bank's clock, UTC ticks.</summary>
    Task<long> ReadClockAsync(CancellationToken cancellationToken);

    /// <summary>Forgets counters whose windows are long over.</summary>
    Task PurgeAsync(CancellationToken cancellationToken);
}
