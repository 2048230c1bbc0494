using System.CommandLine;
using System.Globalization;
using System.Net.Http.Json;
using PromptGateway.Admin;
using PromptGateway.Budgets;

namespace PromptGateway.Cli;

/// <summary><c>promptgateway budgets</c>: the budgets of a running gateway, and raises of them.</summary>
internal static class BudgetsCommand
{
    public static Command Create() => new("budgets", "List and raise the budgets of a running gateway") { List(), Raise(), Withdraw() };

    private static Command List()
    {
        var json = Json();
        var command = new Command("list", "The budgets that have been used since the gateway started, and their raises") { json };
        new AdminConnection().Run(
            command,
            async (client, parsed, cancellationToken) =>
            {
                var output = parsed.InvocationConfiguration.Output;
                var budgets = await GetAsync<BudgetAudit[]>(client, "/admin/budgets", cancellationToken);
                var raises = await GetAsync<RaiseView[]>(client, "/admin/budgets/raises", cancellationToken);
                if (parsed.GetValue(json))
                {
                    Write(output, new { budgets, raises });
                    return 0;
                }
                TextTable.Write(
                    output,
                    ["id", "of", ">amount", ">raised", ">spent", ">held", "unit", "per", "mode"],
                    [.. budgets.Select(Row)]
                );
                foreach (var raise in raises)
                    output.WriteLine(
                        $"{raise.Id}: {Text(raise.Usd ?? raise.Tokens ?? 0)} for {raise.Budget} until {raise.Until:u}, {raise.Status}"
                    );
                return 0;
            }
        );
        return command;
    }

    private static Command Raise()
    {
        var id = new Argument<string>("budget") { Description = "Its id, as 'budgets list' shows it" };
        var usd = new Option<decimal?>("--usd") { Description = "US dollars more" };
        var tokens = new Option<long?>("--tokens") { Description = "Tokens more" };
        var until = new Option<string>("--until")
        {
            Description = "When it ends: 2027-01-31, 2027-01-31T12:00:00Z or 90d",
            Required = true,
        };
        var json = Json();
        var command = new Command("raise", "Give a budget more until a moment") { id, usd, tokens, until, json };
        new AdminConnection().Run(
            command,
            async (client, parsed, cancellationToken) =>
            {
                var asked = new RaiseRequest
                {
                    Usd = parsed.GetValue(usd),
                    Tokens = parsed.GetValue(tokens),
                    Until = Moment.Parse(until.Name, parsed.GetRequiredValue(until), TimeProvider.System.GetUtcNow()),
                };
                var path = $"/admin/budgets/{Uri.EscapeDataString(parsed.GetRequiredValue(id))}/raise";
                using var answer = await client.PostAsJsonAsync(path, asked, AdminJson.Options, cancellationToken);
                var raise = await AdminConnection.ReadAsync<RaiseView>(answer, cancellationToken);
                if (parsed.GetValue(json))
                    Write(parsed.InvocationConfiguration.Output, raise);
                else
                    parsed.InvocationConfiguration.Output.WriteLine($"{raise.Id}: until {raise.Until:u}");
                return 0;
            }
        );
        return command;
    }

    private static Command Withdraw()
    {
        var id = new Argument<string>("raise") { Description = "Its id, as 'budgets list' shows it" };
        var json = Json();
        var command = new Command("withdraw", "End a raise at once") { id, json };
        new AdminConnection().Run(
            command,
            async (client, parsed, cancellationToken) =>
            {
                var path = "/admin/budgets/raises/" + Uri.EscapeDataString(parsed.GetRequiredValue(id));
                using var answer = await client.DeleteAsync(path, cancellationToken);
                await AdminConnection.EnsureAsync(answer, cancellationToken);
                if (parsed.GetValue(json))
                    Write(parsed.InvocationConfiguration.Output, new { id = parsed.GetRequiredValue(id), withdrawn = true });
                else
                    parsed.InvocationConfiguration.Output.WriteLine($"Withdrawn {parsed.GetRequiredValue(id)}.");
                return 0;
            }
        );
        return command;
    }

    private static Option<bool> Json() => new("--json") { Description = "Print JSON, as the admin API gives it" };

    private static void Write<T>(TextWriter output, T value) =>
        output.WriteLine(System.Text.Json.JsonSerializer.Serialize(value, AdminJson.Indented));

    private static async Task<T> GetAsync<T>(HttpClient client, string path, CancellationToken cancellationToken)
    {
        using var answer = await client.GetAsync(path, cancellationToken);
        return await AdminConnection.ReadAsync<T>(answer, cancellationToken);
    }

    private static string[] Row(BudgetAudit audit)
    {
        var budget = audit.Budget;
        return
        [
            budget.Id,
            audit.Owner,
            Text(budget.Amount),
            Text(budget.Raised),
            Text(budget.Spent),
            Text(budget.Reserved),
            budget.Unit,
            budget.Per,
            budget.Mode,
        ];
    }

    private static string Text(decimal amount) => amount.ToString("0.#########", CultureInfo.InvariantCulture);
}
