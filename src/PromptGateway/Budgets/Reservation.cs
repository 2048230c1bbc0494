using PromptGateway.Usage;

namespace PromptGateway.Budgets;

/// <summary>What one request holds of its budgets. Disposing settles it with <see cref="Used"/>, exactly once.</summary>
internal sealed class Reservation(BudgetBook book, ReservedPart[] parts) : IDisposable, IBookedRow
{
    private int _over;

    /// <summary>What is held; changes under the lock of the book only.</summary>
    public ReservedPart[] Parts { get; set; } = parts;

    /// <summary>What the request has really cost; nothing until somebody says so.</summary>
    public BudgetCost Used { get; set; }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _over, 1) == 0)
            book.Settle(this);
    }

    public void Booked() => book.Booked(this);
}
