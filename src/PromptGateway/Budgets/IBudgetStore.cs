namespace PromptGateway.Budgets;

/// <summary>The spend that budgets begin with: sums over the ledger.</summary>
internal interface IBudgetStore
{
    /// <summary>Sums of the rows of one subject, by model.</summary>
    /// <param name="scope">Whose rows.</param>
    /// <param name="subject">Key id, team or pseudonym of a session; not looked at for the gateway.</param>
    /// <param name="from">Only requests that began then or later; null: all.</param>
    /// <param name="without">Request ids whose rows, if they are there, are left out.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<IReadOnlyList<ModelSpend>> ReadAsync(
        BudgetScope scope,
        string subject,
        DateTimeOffset? from,
        IReadOnlyCollection<string> without,
        CancellationToken cancellationToken
    );
}
