using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using PromptGateway.RateLimits;
using PromptGateway.Tests.Gateway;

namespace PromptGateway.Tests.RateLimits;

public sealed class RateLimitStageTests
{
    private static StringContent Chat(string more = "") =>
        new($$"""{"model":"gpt-4o-mini","messages":[]{{more}}}""", Encoding.UTF8, "application/json");

    private static Dictionary<string, string?> Rules(params (string Name, string Value)[] settings) =>
        settings.ToDictionary(s => "RateLimits:0:" + s.Name, s => (string?)s.Value);

    [Fact]
    public async Task Requests_BeyondTheLimit_AreRefusedWithWhoWhatAndWhen()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(
            upstream.Environment,
            configuration: Rules(("Scope", "key"), ("Requests", "2"), ("Per", "day"))
        );

        var first = await gateway.Client.PostAsync("/v1/chat/completions", Chat());
        await gateway.Client.PostAsync("/v1/chat/completions", Chat());
        var third = await gateway.Client.PostAsync("/v1/chat/completions", Chat());

        first.Headers.GetValues("x-ratelimit-limit-requests").ShouldBe(["2"]);
        first.Headers.GetValues("x-ratelimit-remaining-requests").ShouldBe(["1"]);
        first.Headers.GetValues("x-ratelimit-reset-requests").Single().ShouldEndWith("s");
        third.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        third.Headers.RetryAfter!.Delta!.Value.ShouldBeGreaterThan(TimeSpan.Zero);
        third.Headers.GetValues("x-ratelimit-remaining-requests").ShouldBe(["0"]);
        var error = (await third.Content.ReadFromJsonAsync<JsonObject>())!["error"]!;
        error["code"]!.GetValue<string>().ShouldBe("rate_limit_exceeded");
        error["message"]!.GetValue<string>().ShouldContain("key 'environment' reached: 2 requests per day");
        upstream.Received.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Tokens_OfStreams_AreChargedAsTheyWereUsed()
    {
        await using var upstream = await FakeUpstream.StartAsync(
            (context, _) => FakeUpstream.StreamAsync(context, ChatAnswers.Text("Hi"), ChatAnswers.UsageChunk, ChatAnswers.Done)
        );
        await using var gateway = await TestGateway.StartAsync(
            upstream.Environment,
            configuration: Rules(("Scope", "gateway"), ("Tokens", "320"), ("Per", "day"))
        );
        var remaining = new List<string>();

        for (var i = 0; i < 2; i++)
        {
            var answer = await gateway.Client.PostAsync("/v1/chat/completions", Chat(",\"stream\":true,\"max_tokens\":50"));
            await answer.Content.ReadAsStringAsync();
            await gateway.LedgerRowAsync(answer);
            remaining.Add(answer.Headers.GetValues("x-ratelimit-remaining-tokens").Single());
        }

        // 17 tokens were used, some 70 reserved; what the first teaches moves the second reservation a little.
        (int.Parse(remaining[0]) - int.Parse(remaining[1])).ShouldBeInRange(10, 24);
    }

    [Fact]
    public async Task Slots_OfEveryKindOfEnding_ComeBack()
    {
        var round = 0;
        await using var upstream = await FakeUpstream.StartAsync(
            async (context, _) =>
            {
                switch (Interlocked.Increment(ref round) % 4)
                {
                    case 0:
                        await FakeUpstream.JsonAsync(context, ChatAnswers.Plain);
                        break;
                    case 1:
                        await FakeUpstream.JsonAsync(context, """{"error":{"message":"no"}}""", 400);
                        break;
                    case 2:
                        context.Abort();
                        break;
                    default:
                        await FakeUpstream.StreamAsync(context, ChatAnswers.Text("Hi"));
                        await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { });
                        break;
                }
            }
        );
        await using var gateway = await TestGateway.StartAsync(
            upstream.Environment,
            configuration: Rules(("Scope", "model"), ("Match", "gpt-*"), ("Concurrent", "64"))
        );

        await Parallel.ForEachAsync(
            Enumerable.Range(0, 60),
            new ParallelOptions { MaxDegreeOfParallelism = 6 },
            async (_, cancellationToken) =>
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = Chat(",\"stream\":true") };
                // Leaves while the fourth kind of answer is still coming.
                using var answer = await gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            }
        );

        var subjects = gateway.Services.GetRequiredService<LimitedSubjects>();
        await Eventually.BecomesAsync(() => subjects.SlotsInUse == 0);
    }

    [Fact]
    public async Task Rules_WithMistakes_StopTheStartAndAreAllNamed()
    {
        var failure = await Record.ExceptionAsync(() =>
            TestGateway.StartAsync(configuration: Rules(("Scope", "key"), ("Requests", "0"), ("Tokens", "5"), ("Per", "week")))
        );

        failure!.Message.ShouldContain("exactly one");
        failure.Message.ShouldContain("must have Per");
    }
}
