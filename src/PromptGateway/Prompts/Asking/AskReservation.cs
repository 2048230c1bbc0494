namespace PromptGateway.Prompts.Asking;

/// <summary>
/// What a question may cost at most, held in <see cref="AskBudget"/> until it is settled. The first settlement counts, so that whoever is
/// last on a way out may settle without knowing whether somebody did. Thread-safe.
/// </summary>
internal sealed class AskReservation(AskBudget budget, AskCost most, DateOnly day)
{
    private int _isSettled;

    public AskCost Most => most;

    /// <summary>The day that it was taken from.</summary>
    public DateOnly Day => day;

    /// <summary>Gives back what was not used.</summary>
    public void Settle(AskCost used)
    {
        if (Interlocked.Exchange(ref _isSettled, 1) == 0)
            budget.Settle(this, used);
    }
}
