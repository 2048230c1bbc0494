namespace PromptGateway.Usage;

/// <summary>One attempt to write rows to the ledger, without those that it will never take.</summary>
internal static class LedgerAppend
{
    /// <summary>A batch with a row that the database refuses is halved until that row is alone; it is then set aside.</summary>
    /// <returns>How many rows were set aside.</returns>
    public static async Task<int> RunAsync(
        IUsageLog ledger,
        ArraySegment<UsageRecord> rows,
        RefusedRows refused,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await ledger.AppendAsync(rows, cancellationToken);
            return 0;
        }
        catch (UsageRowsRefusedException e)
        {
            if (rows.Count == 1)
            {
                refused.Add(rows[0], e.Message);
                return 1;
            }
            var half = rows.Count / 2;
            return await RunAsync(ledger, rows[..half], refused, cancellationToken)
                + await RunAsync(ledger, rows[half..], refused, cancellationToken);
        }
    }
}
