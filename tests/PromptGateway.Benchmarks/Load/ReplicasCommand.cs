using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;

namespace PromptGateway.Benchmarks.Load;

/// <summary>
/// <c>replicas</c>: three gateways on one PostgreSQL, 200 clients, streams among them. Throughput with limits and budgets over without, in turns
/// in one run; then one limit and one strict budget that are used up by all at once. Loopback only, every loop is bounded.
/// </summary>
internal static class ReplicasCommand
{
    private const int Replicas = 3;
    private const int Clients = 200;
    private const int Streams = 20;
    private const int LimitedRequests = 5_000;
    private const long BudgetTokens = 1_500_000;
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(5);

    /// <summary>Large enough never to refuse: what is measured is counting.</summary>
    private static readonly Dictionary<string, string> Limits = new()
    {
        // Everything runs on one machine: a cold start of it all is no outage.
        ["PROMPTGATEWAY__Counters__Timeout"] = "00:00:03",
        ["PROMPTGATEWAY__RateLimits__0__Scope"] = "key",
        ["PROMPTGATEWAY__RateLimits__0__Requests"] = "100000000",
        ["PROMPTGATEWAY__RateLimits__0__Per"] = "minute",
        ["PROMPTGATEWAY__RateLimits__1__Scope"] = "key",
        ["PROMPTGATEWAY__RateLimits__1__Tokens"] = "100000000000",
        ["PROMPTGATEWAY__RateLimits__1__Per"] = "minute",
        ["PROMPTGATEWAY__RateLimits__2__Scope"] = "gateway",
        ["PROMPTGATEWAY__RateLimits__2__Concurrent"] = "100000",
        ["PROMPTGATEWAY__Budgets__Rules__0__Scope"] = "key",
        ["PROMPTGATEWAY__Budgets__Rules__0__Usd"] = "1000000",
        ["PROMPTGATEWAY__Budgets__Rules__0__Per"] = "month",
        ["PROMPTGATEWAY__Budgets__Rules__1__Scope"] = "gateway",
        ["PROMPTGATEWAY__Budgets__Rules__1__Usd"] = "10000000",
        ["PROMPTGATEWAY__Budgets__Rules__1__Per"] = "day",
    };

    public static async Task<int> RunAsync(string[] args)
    {
        var rounds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 5;
        await using var upstream = await MockUpstream.StartAsync();
        await using var database = await PostgresProcess.StartAsync();
        var plain = Start(upstream, database, []);
        var limited = Start(upstream, database, Limits);
        try
        {
            foreach (var process in (MeasuredProcess[])[.. plain, .. limited])
                await process.WaitUntilReadyAsync();
            await ThroughputAsync(plain, TimeSpan.FromSeconds(8));
            await ThroughputAsync(limited, TimeSpan.FromSeconds(8));
            await CompareAsync(plain, limited, database, rounds);
            await UseUpAsync(limited, "requests", $$"""{"name":"limited","limits":[{"requests":{{LimitedRequests}},"per":"day"}]}""");
            await UseUpAsync(
                limited,
                "strict budget",
                $$"""{"name":"strict","budgets":[{"tokens":{{BudgetTokens}},"per":"total","mode":"strict"}]}"""
            );
        }
        finally
        {
            foreach (var process in (MeasuredProcess[])[.. plain, .. limited])
                process.Dispose();
        }
        return 0;
    }

    private static MeasuredProcess[] Start(MockUpstream upstream, PostgresProcess database, Dictionary<string, string> settings)
    {
        var environment = new Dictionary<string, string>(settings) { ["PROMPTGATEWAY_DATABASE"] = database.ConnectionString };
        return [.. Enumerable.Range(0, Replicas).Select(_ => MeasuredProcess.StartGateway(upstream.Port, environment))];
    }

    private static async Task CompareAsync(MeasuredProcess[] plain, MeasuredProcess[] limited, PostgresProcess database, int rounds)
    {
        var measured = new List<(double Plain, double Limited)>();
        var (requests, transactions) = (new long[2], new long[2]);
        for (var i = 0; i < rounds; i++)
        {
            var started = await database.TransactionsAsync();
            var off = await ThroughputAsync(plain, Turn);
            var between = await database.TransactionsAsync();
            var on = await ThroughputAsync(limited, Turn);
            measured.Add((off / Turn.TotalSeconds, on / Turn.TotalSeconds));
            requests[0] += off;
            requests[1] += on;
            transactions[0] += between - started;
            transactions[1] += await database.TransactionsAsync() - between;
        }
        Console.WriteLine($"{Replicas} replicas, {Clients} clients ({Streams} of them streams), {rounds} rounds");
        Console.WriteLine(
            $"requests per second, off / on: {Median(measured.Select(m => m.Plain)):F0} / {Median(measured.Select(m => m.Limited)):F0}"
        );
        Console.WriteLine($"on over off: {Median(measured.Select(m => m.Limited / m.Plain)):F3} (required: at least 0.9)");
        Console.WriteLine(
            "transactions of the database per 1,000 requests, ledger and keys included, off / on: "
                + $"{transactions[0] * 1000d / requests[0]:F1} / {transactions[1] * 1000d / requests[1]:F1}"
        );
    }

    /// <returns>Whole answers, streams not counted.</returns>
    private static async Task<long> ThroughputAsync(MeasuredProcess[] processes, TimeSpan duration)
    {
        var requests = new Scenario("requests", (Clients - Streams) / Replicas, 800, Stream: false);
        var streams = new Scenario("streams", Streams / Replicas, 800, Stream: true);
        var answered = processes.Select(process => LoadGenerator.RunAsync(process.Port, requests, duration)).ToList();
        var streamed = processes.Select(process => LoadGenerator.RunAsync(process.Port, streams, duration)).ToList();
        await Task.WhenAll(streamed);
        return (await Task.WhenAll(answered)).Sum();
    }

    /// <summary>All clients ask until nothing is left; a refusal is false when somebody was admitted after it.</summary>
    private static async Task UseUpAsync(MeasuredProcess[] processes, string what, string key)
    {
        using var management = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{processes[0].ManagementPort}") };
        management.DefaultRequestHeaders.Add("Authorization", "Bearer " + MeasuredProcess.AdminKey);
        using var made = await management.PostAsync("/admin/keys", Json(key));
        var created = (await made.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonObject>())!;
        using var client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = Clients });
        client.DefaultRequestHeaders.Add("Authorization", "Bearer " + created["key"]!.GetValue<string>());
        await Task.Delay(TimeSpan.FromSeconds(1));
        var answers = (await Task.WhenAll(Enumerable.Range(0, Clients).Select(i => AskAsync(client, processes[i % Replicas].Port))))
            .SelectMany(answer => answer)
            .ToList();
        var admitted = answers.Where(answer => answer.Admitted).ToList();
        var last = admitted.Max(answer => answer.Asked);
        var early = answers.Count(answer => !answer.Admitted && answer.Answered < last);
        await Task.Delay(TimeSpan.FromSeconds(1));
        var state = await management.GetFromJsonAsync<JsonObject>("/admin/keys/" + created["id"]!.GetValue<string>());
        // Rules give every key budgets in dollars; the one that is used up here counts tokens.
        var budget = state!["budget_state"]!.AsArray().FirstOrDefault(budget => budget!["unit"]!.GetValue<string>() == "tokens");
        Console.WriteLine(
            budget is null
                ? $"{what}: {admitted.Count} admitted of {LimitedRequests}, {Math.Max(0, admitted.Count - LimitedRequests)} too many"
                : $"{what}: {budget["spent"]} spent of {budget["amount"]}, {Math.Max(0, budget["spent"]!.GetValue<decimal>() - BudgetTokens)} too many"
        );
        Console.WriteLine($"{what}: {early} of {answers.Count - admitted.Count} refusals while somebody was still admitted later");
    }

    private static async Task<List<(bool Admitted, long Asked, long Answered)>> AskAsync(HttpClient client, int port)
    {
        var answers = new List<(bool, long, long)>();
        for (var refused = 0; refused < 5; )
        {
            var asked = Environment.TickCount64;
            using var answer = await client.PostAsync($"http://127.0.0.1:{port}/v1/chat/completions", Json(Scenario.All[0].Body()));
            var admitted = answer.StatusCode == HttpStatusCode.OK;
            refused += admitted ? 0 : 1;
            answers.Add((admitted, asked, Environment.TickCount64));
        }
        return answers;
    }

    private static StringContent Json(string json) => new(json, Encoding.UTF8, "application/json");

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }
}
