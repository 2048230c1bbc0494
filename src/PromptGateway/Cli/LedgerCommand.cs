using System.CommandLine;
using System.Text.Json;
using PromptGateway.Admin;
using PromptGateway.Budgets;

namespace PromptGateway.Cli;

/// <summary><c>promptgateway ledger verify</c>: asks a running gateway whether its budgets and its ledger agree.</summary>
internal static class LedgerCommand
{
    public static Command Create() => new("ledger", "Check the books of a running gateway") { Verify() };

    private static Command Verify()
    {
        var json = new Option<bool>("--json") { Description = "Print JSON, as the admin API gives it" };
        var command = new Command("verify", "Compare the spend of every budget used since the start with the sum of its ledger rows");
        new AdminConnection().Run(
            command,
            async (client, parsed, cancellationToken) =>
            {
                using var answer = await client.GetAsync(new Uri("/admin/budgets", UriKind.Relative), cancellationToken);
                var audits = await AdminConnection.ReadAsync<BudgetAudit[]>(answer, cancellationToken);
                return Print(parsed.InvocationConfiguration.Output, audits, parsed.GetValue(json));
            }
        );
        command.Options.Add(json);
        return command;
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
        output.WriteLine(
            audits.Length == 0
                ? "No budget has been used since the gateway started: there is nothing to compare."
                : $"{audits.Length} budgets, {audits.Count(audit => !audit.Balanced)} wrong."
        );
    }
}
