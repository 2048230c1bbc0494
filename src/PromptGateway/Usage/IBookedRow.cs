namespace PromptGateway.Usage;

/// <summary>Wants to know when what a request has used is booked.</summary>
internal interface IBookedRow
{
    /// <summary>The request's row is in the ledger, or it is certain that there will be none. Called once, off the request's path.</summary>
    /// <param name="row">Null: there is none.</param>
    void Booked(UsageRecord? row);

    /// <summary>The ledger does not take rows at present: this one is on disk, and comes into the ledger later, perhaps hours later.</summary>
    /// <returns>True to be told when it does; false when nobody waits for it, and nothing in memory is to.</returns>
    bool Spooled(UsageRecord row);
}
