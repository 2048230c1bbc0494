using System.CommandLine;
using System.Net.Http.Headers;
using System.Text.Json;
using PromptGateway.Admin;
using PromptGateway.Budgets;

namespace PromptGateway.Cli;

/// <summary><c>promptgateway ledger verify</c>: asks a running gateway whether its budgets and its ledger agree.</summary>
internal static class LedgerCommand
{
    private const string KeyVariable = "PROMPTGATEWAY_ADMIN_KEY";

    public static Command Create() => new("ledger", "Check the books of a running gateway") { Verify() };

    private static Command Verify()
    {
        var url = new Option<string>("--management-url")
        {
            Description = $"Management address of the gateway (default {GatewaySettings.DefaultManagementUrls})",
            DefaultValueFactory = _ => GatewaySettings.DefaultManagementUrls,
        };
        var key = new Option<string?>("--admin-key") { Description = $"Admin key (default: {KeyVariable})" };
        var json = new Option<bool>("--json") { Description = "Print JSON, as the admin API gives it" };
        var command = new Command("verify", "Compare the spend of every budget with the sum of its ledger rows") { url, key, json };
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
                try
                {
                    var secret = parsed.GetValue(key) ?? Environment.GetEnvironmentVariable(KeyVariable);
                    return Print(output, await ReadAsync(parsed.GetRequiredValue(url), secret, cancellationToken), parsed.GetValue(json));
                }
                catch (Exception e) when (e is HttpRequestException or JsonException or UriFormatException or InvalidOperationException)
                {
                    await error.WriteLineAsync($"The gateway cannot be asked: {e.Message}");
                    return 2;
                }
            }
        );
        return command;
    }

    private static async Task<BudgetAudit[]> ReadAsync(string url, string? secret, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { BaseAddress = new Uri(url) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", secret);
        var json = await client.GetStringAsync("/admin/budgets", cancellationToken);
        return JsonSerializer.Deserialize<BudgetAudit[]>(json, AdminJson.Indented) ?? [];
    }

    /// <returns>1 when a budget does not agree with the ledger.</returns>
    private static int Print(TextWriter output, BudgetAudit[] audits, bool json)
    {
        if (json)
            output.WriteLine(JsonSerializer.Serialize(audits, AdminJson.Indented));
        else
            Describe(output, audits);
        return audits.All(audit => audit.Balanced) ? 0 : 1;
    }

    private static void Describe(TextWriter output, BudgetAudit[] audits)
    {
        foreach (var audit in audits)
            output.WriteLine(
                $"{(audit.Balanced ? "ok   " : "WRONG")} {audit.Owner}, {audit.Budget.Amount} {audit.Budget.Unit} per {audit.Budget.Per}: "
                    + $"budget {audit.Budget.Spent}, ledger {audit.Ledger}"
            );
        output.WriteLine($"{audits.Length} budgets, {audits.Count(audit => !audit.Balanced)} wrong.");
    }
}
