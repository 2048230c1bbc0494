using System.Globalization;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using PromptGateway.Tests.Gateway;
using PromptGateway.Usage;

namespace PromptGateway.Tests.Metrics;

/// <summary>What metrics and ledger say of the same requests.</summary>
public sealed class LedgerSumTests
{
    private static async Task<double> SumAsync(TestGateway gateway, string metric, string label = "") =>
        (await AdminCalls.MetricsAsync(gateway))
            .Split('\n')
            .Where(line => line.StartsWith(metric + "{", StringComparison.Ordinal) && line.Contains(label, StringComparison.Ordinal))
            .Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));

    /// <summary>Field report 74.</summary>
    [Fact]
    public async Task Sums_AfterManyKindsOfRequestsAtOnce_AreThoseOfTheLedger()
    {
        await using var upstream = await FakeUpstream.StartAsync(
            (context, request) =>
                request.Text.Contains("fail", StringComparison.Ordinal) ? FakeUpstream.JsonAsync(context, """{"error":{}}""", 500)
                : request.Text.Contains("silent", StringComparison.Ordinal)
                    ? FakeUpstream.JsonAsync(context, """{"choices":[{"index":0,"message":{"content":"no usage"}}]}""")
                : request.Text.Contains("\"stream\":true", StringComparison.Ordinal)
                    ? FakeUpstream.StreamAsync(
                        context,
                        ChatAnswers.Text("Hel"),
                        ChatAnswers.Finish,
                        ChatAnswers.UsageChunk,
                        ChatAnswers.Done
                    )
                : FakeUpstream.JsonAsync(context, ChatAnswers.Plain)
        );
        await using var gateway = await TestGateway.StartAsync(upstream);
        string[] kinds = ["plain", "fail", "silent", "cut"];

        await Parallel.ForAsync(
            0,
            120,
            new ParallelOptions { MaxDegreeOfParallelism = 8 },
            async (i, cancellation) =>
            {
                var body =
                    $$"""{"model":"gpt-4o-mini","stream":{{(i % 2 == 0 ? "true" : "false")}},"messages":[],"user":"{{kinds[i % 4]}}"}""";
                using var answer = await gateway.Client.PostAsync(ChatRequests.Path, ChatRequests.Json(body), cancellation);
                await answer.Content.ReadAsStringAsync(cancellation);
                answer.StatusCode.ShouldBe(i % 4 == 1 ? HttpStatusCode.InternalServerError : HttpStatusCode.OK);
            }
        );
        await Eventually.BecomesAsync(async () => await gateway.LedgerCountAsync() == 120);
        await Eventually.BecomesAsync(async () => await SumAsync(gateway, "promptgateway_requests_total") >= 120);

        var total = (await gateway.Services.GetRequiredService<IUsageLog>().ReportAsync(new UsageQuery(), CancellationToken.None)).Total;
        (await SumAsync(gateway, "promptgateway_requests_total")).ShouldBe(total.Requests);
        (await SumAsync(gateway, "promptgateway_tokens_total", "type=\"input\"")).ShouldBe(total.InputTokens);
        (await SumAsync(gateway, "promptgateway_tokens_total", "type=\"cached_input\"")).ShouldBe(total.CachedInputTokens);
        (await SumAsync(gateway, "promptgateway_tokens_total", "type=\"output\"")).ShouldBe(total.OutputTokens);
        (await SumAsync(gateway, "promptgateway_cost_usd_total")).ShouldBe(total.CostNanoUsd / 1e9, 1e-12);
        total.InputTokens.ShouldBeGreaterThan(0);
        total.CostNanoUsd.ShouldBeGreaterThan(0);
    }

    /// <summary>Field report 21: a duration that ends with the first byte.</summary>
    [Fact]
    public async Task Duration_OfAStream_IsThatOfTheWholeStream()
    {
        var clock = new ShiftedClock();
        await using var upstream = await PacedUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(
            upstream.Upstream.Environment,
            change: builder => builder.Services.AddSingleton<TimeProvider>(clock)
        );
        var opening = StreamCall.ChatAsync(gateway);
        await upstream.SendAsync(ChatAnswers.Text("Hel"));
        using var call = await opening;
        await call.NextEventAsync();

        clock.Advance(TimeSpan.FromSeconds(90));
        await upstream.SendAsync(ChatAnswers.Finish + ChatAnswers.UsageChunk + ChatAnswers.Done);
        upstream.End();
        await call.RestAsync();

        var row = await gateway.LedgerRowAsync(call.Response);
        row.DurationMicros.ShouldBeGreaterThanOrEqualTo(90_000_000);
        row.FirstTokenMicros!.Value.ShouldBeLessThan(90_000_000);
        (await SumAsync(gateway, "gen_ai_server_request_duration_seconds_sum")).ShouldBeGreaterThanOrEqualTo(90);
        (await SumAsync(gateway, "gen_ai_server_time_to_first_token_seconds_sum")).ShouldBeLessThan(90);
    }
}
