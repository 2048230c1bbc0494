using Microsoft.Extensions.DependencyInjection;
using PromptGateway.Storage.Sqlite;
using PromptGateway.Usage;

namespace PromptGateway.Tests.Gateway;

/// <summary>Ledger rows of requests whose id the test cannot see.</summary>
internal static class LedgerRows
{
    /// <summary>All rows, oldest first, once there are that many; fails when they do not come.</summary>
    public static async Task<IReadOnlyList<UsageRecord>> OfAsync(TestGateway gateway, int count)
    {
        var ledger = gateway.Services.GetRequiredService<IUsageLog>();
        for (var i = 0; i < 500; i++)
        {
            var ids = Ids(gateway);
            if (ids.Count >= count)
                return [.. await Task.WhenAll(ids.Select(async id => (await ledger.FindAsync(id, CancellationToken.None))!))];
            await Task.Delay(10);
        }
        throw new TimeoutException($"The ledger has fewer than {count} rows.");
    }

    private static List<string> Ids(TestGateway gateway)
    {
        using var connection = gateway.Services.GetRequiredService<SqliteDatabase>().Open(Durability.ProcessCrash);
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT request_id FROM usage ORDER BY id";
        using var reader = command.ExecuteReader();
        var ids = new List<string>();
        while (reader.Read())
            ids.Add(reader.GetString(0));
        return ids;
    }
}
