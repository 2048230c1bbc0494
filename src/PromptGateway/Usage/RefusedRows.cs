using System.Text.Json;
using PromptGateway.Metrics;

namespace PromptGateway.Usage;

/// <summary>
/// Rows that the database will never take are set aside in a file, with the reason, for somebody to look at: one of them must not keep
/// the others out of the ledger. Each is counted and logged.
/// </summary>
internal sealed class RefusedRows(string path, GatewayMetrics metrics, TimeProvider time, ILogger<RefusedRows> log)
{
    public void Add(UsageRecord row, string reason) => Add(UsageJson.Write(row), row.RequestId, reason);

    /// <summary>A line of the spool that is no row.</summary>
    public void AddUnreadable(string line) => Add(line, "unknown", "cannot be read");

    private void Add(string row, string requestId, string reason)
    {
        metrics.LedgerRowRefused();
        var line = JsonSerializer.Serialize(
            new
            {
                at = time.GetUtcNow(),
                reason,
                row,
            }
        );
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var options = new FileStreamOptions { Mode = FileMode.Append, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using (var file = new StreamWriter(path, options))
                file.WriteLine(line);
            log.LogError(
                "The ledger does not take the row of request {RequestId}: {Reason}. It is set aside in {Path}",
                requestId,
                reason,
                path
            );
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.LogError(
                e,
                "The ledger does not take the row of request {RequestId}: {Reason}. It cannot be set aside: {Row}",
                requestId,
                reason,
                row
            );
        }
    }
}
