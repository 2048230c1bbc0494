using Microsoft.Extensions.DependencyInjection;
using PromptGateway.Endpoints;
using PromptGateway.Usage;

namespace PromptGateway.Tests.Gateway;

/// <summary>What a test asks of the ledger.</summary>
internal static class LedgerReading
{
    /// <summary>The row of the gateway's first request, for clients that have never seen an answer. The request must have reached the gateway by now.</summary>
    public static Task<UsageRecord> FirstLedgerRowAsync(this TestGateway gateway) =>
        gateway.LedgerRowAsync(gateway.Services.GetRequiredService<RequestIds>().Next()[..^9] + "000000001");

    public static async Task<long> LedgerCountAsync(this TestGateway gateway) =>
        (await gateway.Services.GetRequiredService<IUsageLog>().ReportAsync(new UsageQuery(), CancellationToken.None)).Total.Requests;
}
