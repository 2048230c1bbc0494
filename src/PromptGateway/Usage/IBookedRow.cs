namespace PromptGateway.Usage;

/// <summary>Wants to know when what a request has used is booked.</summary>
internal interface IBookedRow
{
    /// <summary>The request's row is in the ledger, or it is certain that there will be none. Called once, off the request's path.</summary>
    /// <param name="row">Null: there is none.</param>
    void Booked(UsageRecord? row);
}
