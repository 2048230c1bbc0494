using PromptGateway.Usage;

namespace PromptGateway.Budgets;

/// <summary>
/// What one request holds of its budgets; of none, mostly. Disposing settles it with <see cref="Used"/>, exactly once. The book knows it
/// until its row is in the ledger, so that a budget that is made meanwhile counts it too.
/// </summary>
internal sealed class Reservation(BudgetBook book, OpenRequest? request = null) : IDisposable, IBookedRow
{
    /// <summary>What it is for; null: nobody but its maker knows it.</summary>
    public OpenRequest? Request => request;

    /// <summary>What is held; changes under the lock of the book only.</summary>
    public ReservedPart[] Parts { get; set; } = [];

    /// <summary>What the request has really cost; nothing until somebody says so.</summary>
    public BudgetCost Used { get; set; }

    /// <summary>
    /// It has still to ask for the budgets that there are, and will reserve what it needs of them. Under the lock of the book.
    /// </summary>
    public bool IsAboutToAsk { get; set; }

    /// <summary>It was settled. Under the lock of the book.</summary>
    public bool IsOver { get; set; }

    /// <summary>Its neighbours among the requests that the ledger does not know yet. Under the lock of the book.</summary>
    public Reservation? Before { get; set; }
    public Reservation? After { get; set; }

    public void Dispose() => book.Settle(this);

    public void Booked(UsageRecord? row) => book.Booked(this, row);

    public bool Spooled(UsageRecord row) => book.Spooled(this, row);
}
