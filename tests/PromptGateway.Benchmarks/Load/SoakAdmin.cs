using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace PromptGateway.Benchmarks.Load;

/// <summary>The management side of a soak: a key with every kind of limit, and what is left of its requests.</summary>
internal sealed class SoakAdmin : IDisposable
{
    private readonly HttpClient _client;

    public SoakAdmin(int port)
    {
        _client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", MeasuredProcess.AdminKey);
    }

    /// <summary>Limits that are never reached, so that every request passes all of them.</summary>
    public async Task<string> CreateKeyAsync()
    {
        var answer = await _client.PostAsJsonAsync(
            "/admin/keys",
            new
            {
                name = "soak",
                limits = new object[]
                {
                    new { requests = 10_000_000, per = "minute" },
                    new { tokens = 1_000_000_000_000, per = "minute" },
                    new { concurrent = 10_000 },
                },
                budgets = new object[]
                {
                    new
                    {
                        usd = 1_000_000,
                        per = "month",
                        mode = "strict",
                    },
                },
            }
        );
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonObject>())!["key"]!.GetValue<string>();
    }

    /// <returns>What should not be there any more; empty when all is well.</returns>
    public async Task<List<string>> FindRemainsAsync(TimeSpan patience)
    {
        var until = DateTime.UtcNow + patience;
        while (true)
        {
            var problems = await LookAsync();
            if (problems.Count == 0 || DateTime.UtcNow > until)
                return problems;
            await Task.Delay(100);
        }
    }

    private async Task<List<string>> LookAsync()
    {
        var lines = (await _client.GetStringAsync("/metrics")).Split('\n');
        double Sum(string name, string label = "") =>
            lines
                .Where(line => line.StartsWith(name, StringComparison.Ordinal) && line.Contains(label, StringComparison.Ordinal))
                .Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
        var problems = new List<string>();
        void Expect(string what, double found, double wanted)
        {
            if (found != wanted)
                problems.Add($"{what}: {found}, should be {wanted}");
        }
        Expect("requests in flight", Sum("promptgateway_requests_in_flight "), 0);
        Expect("reserved dollars", Sum("promptgateway_budget_reserved_usd{"), 0);
        Expect(
            "ledger rows",
            Sum("promptgateway_ledger_rows_total "),
            Sum("promptgateway_requests_total{") - Sum("promptgateway_requests_total{", "upstream=\"none\"")
        );
        var usage = await _client.GetFromJsonAsync<JsonObject>("/admin/usage");
        Expect("rows in the report", usage!["total_requests"]!.GetValue<double>(), Sum("promptgateway_ledger_rows_total "));
        return problems;
    }

    public void Dispose() => _client.Dispose();
}
