using System.Text;
using PromptGateway.Metrics;
using PromptGateway.Tests.Gateway;

namespace PromptGateway.Tests.Security;

/// <summary>Field report 73: names that callers make up must not make series.</summary>
public sealed class InventedModelsTests
{
    private const int Invented = 10_000;
    private static readonly int Limit = new MetricsOptions().MaxModels;

    private static StringContent Ask(string model) => new($$"""{"model":"{{model}}","messages":[]}""", Encoding.UTF8, "application/json");

    private static async Task<string[]> SeriesAsync(TestGateway gateway) =>
        [
            .. (await gateway.Management.GetStringAsync("/metrics"))
                .Split('\n')
                // .NET's own series are those of the whole process, of other tests too.
                .Where(line =>
                    line.StartsWith("gen_ai_", StringComparison.Ordinal) || line.StartsWith("promptgateway_", StringComparison.Ordinal)
                )
                .Select(line => line[..line.LastIndexOf(' ')]),
        ];

    [Fact]
    public async Task Metrics_AfterTenThousandInventedNames_HaveNoMoreSeriesThanAfterAFew()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(
            new() { ["KEY"] = FakeUpstream.Secret },
            $$$"""
            {"ReverseProxy":{"Clusters":{"one":{"Metadata":{"ApiKey":"${KEY}","Models":"gpt-*"},"Destinations":{"d":{"Address":"{{{upstream.Address}}}v1"} } } } } }
            """
        );
        // A part of the names is served, the rest refused.
        string Name(int i) => (i % 10 == 0 ? "gpt-invented-" : "invented-") + i;
        async Task CallAsync(int i)
        {
            using var answer = await gateway.Client.PostAsync("/v1/chat/completions", Ask(Name(i)));
            ((int)answer.StatusCode).ShouldBe(i % 10 == 0 ? 200 : 404);
        }

        // More served names than have series of their own.
        await Parallel.ForAsync(0, Limit * 15, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, _) => await CallAsync(i));
        var before = await SeriesAsync(gateway);
        await Parallel.ForAsync(
            Limit * 15,
            Invented,
            new ParallelOptions { MaxDegreeOfParallelism = 8 },
            async (i, _) => await CallAsync(i)
        );

        (await SeriesAsync(gateway)).Except(before).Take(5).ShouldBeEmpty();
    }
}
